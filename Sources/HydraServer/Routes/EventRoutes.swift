import HTTPTypes
import Hummingbird
import HydraModel

extension RouteTable {
  /// `GET /events`: what happens, as server-sent events.
  mutating func addEventRoutes(_ cluster: any ClusterOperations, limits: ServerLimits) {
    let logger = logger
    stream("/events", "events, as server-sent events; ?after=N resumes") { incoming, request, context in
      guard !request.hasBody else { throw HydraError(.invalidArgument, "GET /events takes no body") }
      var fields = try RequestReader(incoming, hasBody: false)
      let number = fields.queryValue("after")
      try fields.finish()
      let after = try EventRoutes.resumePoint(number, request.headers)
      let feed = EventFeed(cluster: cluster, after: after, limits: limits, channel: context.channel, logger: logger)
      var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store"]
      headers[.xContentTypeOptions] = "nosniff"
      // A stream has no end that a next request on this connection could wait for.
      headers[.connection] = "close"
      let body = request.body
      return Response(
        status: .ok, headers: headers,
        body: ResponseBody { writer in
          try await body.consumeWithCancellationOnInboundClose { _ in try await feed.write(to: &writer) }
          try await writer.finish(nil)
        })
    }
  }
}

enum EventRoutes {
  /// The event to go on after: `?after=N`, else the `Last-Event-ID` that a reconnecting reader sends by itself.
  static func resumePoint(_ after: String?, _ headers: HTTPFields) throws(HydraError) -> UInt64? {
    let (name, text): (String, String)
    if let header = HTTPField.Name("Last-Event-ID").flatMap({ headers[$0] }), !header.isEmpty {
      // The header tells what was seen last, the query only where the stream began.
      (name, text) = ("Last-Event-ID", header)
    } else if let after {
      (name, text) = ("query parameter 'after'", after)
    } else {
      return nil
    }
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let id = UInt64(text) else {
      throw HydraError(.invalidArgument, "\(name) is '\(text.prefix(40))', expected the number of an event")
    }
    return id
  }
}
