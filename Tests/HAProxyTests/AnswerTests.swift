import HAProxy
import Testing

@Suite("Answers of HAProxy")
struct AnswerTests {
  @Test("interactive answers are taken apart, with and without an empty line behind them")
  func split() {
    let text = "\n> Only servers in maintenance mode can be deleted.\n> \n> No such server.\n\n> # name\na\n\n> "
    #expect(
      RuntimeAPI.split(text, count: 4) == [
        "Only servers in maintenance mode can be deleted.", "", "No such server.\n", "# name\na\n",
      ])
    #expect(RuntimeAPI.split(text, count: 5) == nil)
    #expect(RuntimeAPI.split("", count: 1) == nil)
    #expect(RuntimeAPI.split("\n> half", count: 1) == nil)
  }

  @Test("servers, by the names of the columns")
  func servers() throws {
    let text = """
      1
      # be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_check_state srv_port srv_future
      4 hello1 1 node-1 172.18.0.5 2 0 6 8001 x
      4 hello1 2 node-2 ::1 0 5 14 8002 x
      4 hello1 3 node-3 - 2 8 2 8003 x

      """
    func reference(_ server: String) -> ServerReference { ServerReference(backend: "hello1", server: server) }
    #expect(
      try ObservedServer.list(text) == [
        ObservedServer(reference("node-1"), address: "172.18.0.5", port: 8001),
        ObservedServer(reference("node-2"), address: "::1", port: 8002, state: .maintenance, isUp: false),
        ObservedServer(reference("node-3"), address: nil, port: 8003, state: .drain, isChecked: false),
      ])
    #expect(throws: HAProxyError.self) { try ObservedServer.list("") }
    #expect(throws: HAProxyError.self) { try ObservedServer.list("# be_name\na") }
    #expect(throws: HAProxyError.self) { try ObservedServer.list(text.split(separator: "x").joined() + "broken line") }
  }

  @Test("statistics, with quoted fields")
  func statistics() throws {
    let text = #"""
      # pxname,svname,scur,stot,bin,bout,econ,wretr,wredis,status,type,check_status,check_duration,hrsp_2xx,desc,addr,
      services,FRONTEND,3,120,1000,2000,,,,OPEN,0,,,118,,,
      hello1,node-1,1,60,500,1000,2,1,1,UP 1/2,2,* L4OK,4,59,"a, ""b""",172.18.0.5:8001,

      """#
    let rows = try StatisticsRow.list(text)
    #expect(rows.map(\.kind) == [.frontend, .server])
    #expect(rows[0].totalSessions == 120)
    #expect(rows[0].address == nil)
    #expect(rows[1].status == "UP 1/2")
    #expect(rows[1].checkStatus == "L4OK")
    #expect(rows[1].checkDuration == 4)
    #expect(rows[1].address == "172.18.0.5:8001")
    #expect(rows[1].answers == [0, 59, 0, 0, 0])
    #expect(rows[1].connectionErrors == 2)
    #expect(throws: HAProxyError.self) { try StatisticsRow.list("") }
    #expect(throws: HAProxyError.self) { try StatisticsRow.list("# a,b\n1,2\n") }
  }

  @Test("processes, old workers apart, failed reloads counted")
  func processes() throws {
    let text = """
      #<PID>          <type>          <reloads>       <uptime>        <version>
      23116           master          5 [failed: 2]   0d00h00m32s     2.6.12-1+deb12u4
      # workers
      23880           worker          1               0d00h00m02s     2.6.12-1+deb12u4
      # old workers
      23119           worker          2               0d00h00m30s     2.6.12-1+deb12u4
      # programs
      """
    let table = try ProcessTable(text)
    #expect(table.master == 23116)
    #expect(table.reloads == 5)
    #expect(table.failedReloads == 2)
    #expect(table.workers == [23880])
    #expect(table.oldWorkers == [23119])
    #expect(throws: HAProxyError.self) { try ProcessTable("") }
  }

  @Test("info, and which configuration runs")
  func info() throws {
    let info = try ProxyInfo("Name: HAProxy\nVersion: 2.6.12\nPid: 7\nUptime_sec: 3\ndescription: configuration 0a\n")
    #expect(info.pid == 7)
    #expect(info.fingerprint == "0a")
    #expect(try ProxyInfo("Version: 2\nPid: 7\n").fingerprint == nil)
    #expect(throws: HAProxyError.self) { try ProxyInfo("nonsense") }
  }
}
