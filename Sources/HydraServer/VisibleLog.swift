import HydraDiagnostics
public import Logging

/// A log that people read in a terminal (`docker logs`): names, reasons and the output of failed replicas come from outside, so
/// whatever a terminal would obey is made visible.
public struct VisibleLog<Base: LogHandler>: LogHandler {
  private var base: Base

  /// Passes everything on to `base`.
  public init(_ base: Base) { self.base = base }

  public func log(event: LogEvent) {
    var event = event
    event.message = "\(Shown.line(event.message.description))"
    event.metadata = event.metadata?.mapValues(VisibleLog.visible)
    base.log(event: event)
  }

  private static func visible(_ value: Logger.MetadataValue) -> Logger.MetadataValue {
    switch value {
    case .dictionary(let values): .dictionary(values.mapValues(visible))
    case .array(let values): .array(values.map(visible))
    case .string, .stringConvertible: .string(Shown.line(value.description))
    }
  }

  public var logLevel: Logger.Level {
    get { base.logLevel }
    set { base.logLevel = newValue }
  }

  public var metadata: Logger.Metadata {
    get { base.metadata }
    set { base.metadata = newValue.mapValues(VisibleLog.visible) }
  }

  public subscript(metadataKey key: String) -> Logger.MetadataValue? {
    get { base[metadataKey: key] }
    set { base[metadataKey: key] = newValue.map(VisibleLog.visible) }
  }
}
