public import Foundation
import NIOCore

/// The files that show the contract as a page: Swagger UI's, unpacked by `scripts/docs`. None of them is ours.
public struct ContractViewer: Sendable {
  let files: [String: (contentType: String, bytes: ByteBuffer)]

  /// What is taken of the folder, and what it is served as.
  private static let names = [
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8", "swagger-ui.css": "text/css; charset=utf-8",
  ]

  /// Reads the files; nil where one is missing.
  public init?(folder: URL) {
    var files: [String: (String, ByteBuffer)] = [:]
    for (name, contentType) in Self.names {
      guard let data = try? Data(contentsOf: folder.appending(path: name)) else { return nil }
      files[name] = (contentType, ByteBuffer(bytes: data))
    }
    files["start.js"] = ("text/javascript; charset=utf-8", ByteBuffer(string: Self.start))
    self.files = files
  }

  /// The viewer's own trace of what it shows stays here: no validator elsewhere is asked.
  private static let start = """
    SwaggerUIBundle({
      url: "/openapi.yaml", dom_id: "#contract", deepLinking: true, validatorUrl: null, tryItOutEnabled: false,
    });

    """
}
