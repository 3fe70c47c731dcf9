/// What a request carries besides its arguments.
public enum RequestContext {
  /// The request's `Idempotency-Key`. A controller keeps it with what it creates, so that it recognises the same request
  /// after a restart.
  @TaskLocal public static var idempotencyKey: String?
}
