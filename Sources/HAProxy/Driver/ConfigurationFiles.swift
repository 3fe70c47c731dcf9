import FoundationEssentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where HAProxy's file is kept.
public protocol ConfigurationFiles: Sendable {
  /// Replaces the file as a whole. With `validated` HAProxy itself checks the text first; a text it refuses is thrown as
  /// ``HAProxyError`` with the reason `refused`, and changes nothing.
  func replace(with text: String, validated: Bool) async throws
}

/// HAProxy's file in a directory that is ours as well as HAProxy's. Readable for its owner alone: it holds the password
/// of the statistics page.
public struct ConfigurationDirectory: ConfigurationFiles {
  /// Runs `haproxy -c` where HAProxy runs, on the file of this name in the directory.
  public typealias Validator = @Sendable (_ fileName: String) async throws -> Verdict

  /// What `haproxy -c` says of a file.
  public struct Verdict: Sendable, Equatable {
    /// Whether HAProxy would load it.
    public var isValid: Bool
    /// HAProxy's own words; warnings when it is valid.
    public var message: String

    /// A verdict with HAProxy's words.
    public init(isValid: Bool, message: String) {
      self.isValid = isValid
      self.message = message
    }

    /// What `haproxy -c` (without `-q`, which keeps the reason to itself) wrote and how it ended: its alerts and
    /// warnings without the process id, or all it wrote when there are none.
    public init(exitCode: Int, output: String) {
      let lines = output.split(whereSeparator: \.isNewline).map(String.init)
      let told = lines.filter { $0.hasPrefix("[ALERT]") || $0.hasPrefix("[WARNING]") }.map { line in
        line.firstRange(of: ") : ").map { String(line[$0.upperBound...]) } ?? line
      }
      isValid = exitCode == 0
      message = (told.isEmpty ? lines : told).joined(separator: "; ")
    }
  }

  private let directory: String
  private let name: String
  private let validate: Validator

  /// The file `name` in `directory`.
  public init(_ directory: String, name: String = "haproxy.cfg", validate: @escaping Validator) {
    self.directory = directory
    self.name = name
    self.validate = validate
  }

  public func replace(with text: String, validated: Bool) async throws {
    let path = "\(directory)/\(name)"
    let candidate = "\(name).candidate"
    let candidatePath = "\(directory)/\(candidate)"
    unlink(candidatePath)
    guard
      FileManager.default.createFile(
        atPath: candidatePath, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
    else { throw HAProxyError(.file, "'\(candidatePath)' can't be written") }
    do {
      if validated {
        let verdict = try await validate(candidate)
        guard verdict.isValid else {
          throw HAProxyError(.refused, "haproxy refuses the configuration: \(verdict.message)")
        }
      }
      guard rename(candidatePath, path) == 0 else { throw HAProxyError(.file, "'\(path)' can't be replaced") }
    } catch {
      unlink(candidatePath)
      throw error
    }
  }
}
