public import Foundation

/// What a virus scanner says of a file.
public enum ScanVerdict: Sendable, Equatable {
  /// Nothing was found.
  case clean
  /// Something was found; the scanner's name for it.
  case infected(name: String)
  /// The scanner does not look at files of this size.
  case tooLarge
}

/// The door to a virus scanner.
public protocol VirusScanner: Sendable {
  /// Hands a file over and waits for the verdict.
  ///
  /// - Throws: `ScannerAway` when it could not even be reached; anything else when it failed on this file.
  func scan(_ content: ScanContent) async throws -> ScanVerdict
}

/// The scanner could not be reached: no file's fault.
public struct ScannerAway: Error, CustomStringConvertible {
  /// For the log.
  public let description: String

  /// - Parameter description: why, for the log.
  public init(_ description: String) { self.description = description }
}

/// The bytes of a file that is scanned, in order.
public struct ScanContent: Sendable {
  let produce: @Sendable (@Sendable (Data) async throws -> Void) async throws -> Void

  /// Sends all bytes, a chunk at a time, waiting for each to be taken.
  ///
  /// - Throws: what `write` throws, and what the database does.
  public func send(to write: @Sendable (Data) async throws -> Void) async throws { try await produce(write) }
}
