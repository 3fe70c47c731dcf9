import Hummingbird
import NIOCore

/// What a request brings along on its way through the server.
struct APIContext: Hummingbird.RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The connection it came on.
  let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }
}
