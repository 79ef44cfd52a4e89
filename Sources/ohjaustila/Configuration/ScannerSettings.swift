import Antivirus
import Guidance

/// Where files are scanned, from the environment or the configuration file; the environment goes before.
enum ScannerSettings {
  /// An address that is none.
  struct Invalid: Error, CustomStringConvertible {
    let text: String
    var description: String { "OHJAUSTILA_CLAMD, or `scanner`, is a socket's path or host:port, not \(text)" }
  }

  /// Nil where no scanner is named: then files are published unscanned.
  static func read(_ environment: Environment, _ file: InstallationFile) throws -> ClamdAddress? {
    guard let text = environment.variables["OHJAUSTILA_CLAMD"].flatMap({ $0.isEmpty ? nil : $0 }) ?? file.scanner
    else { return nil }
    guard let address = ClamdAddress(text) else { throw Invalid(text: text) }
    return address
  }
}
