import Foundation
import HydraControl
import HydraModel
import Testing

@Suite struct ServiceDocumentTests {
  @Test func documentOfAnOlderVersionReadsWithDefaults() throws {
    let stored = #"{"alias":"a","image":"i","replicas":2,"node_port":8001,"service_port":80,"env":{},"command":[]}"#
    let spec = try HydraJSON.decode(ServiceSpec.self, from: Data(stored.utf8))
    #expect(spec.traffic == ServiceTraffic())
    #expect(spec == ServiceSpec(alias: "a", image: "i", replicas: 2, nodePort: 8001, servicePort: 80))
  }

  @Test func whatIsStoredReadsBack() throws {
    let traffic = ServiceTraffic(
      timeout: 0.5, tunnelTimeout: 86_400, healthTimeout: 10, healthHost: "shop.example", cookiePath: .keep)
    let spec = ServiceSpec(
      alias: "a", image: "i", nodePort: 8001, servicePort: 80, env: ["A": "b"], cpus: 0.5, memory: 1 << 20,
      health: "/h",
      traffic: traffic, command: ["x"])
    #expect(try HydraJSON.decode(ServiceSpec.self, from: try HydraJSON.encode(spec)) == spec)
    let fingerprint = ServiceSpec(
      alias: "a", image: "i", nodePort: 8001, servicePort: 80, env: ["A": "b"], cpus: 0.5, memory: 1 << 20,
      command: ["x"]
    ).fingerprint
    #expect(spec.fingerprint == fingerprint, "what only the proxy does needs no new replica")
  }
}
