import CCurl

/// Why libcurl gave a transfer up.
struct TransferFailure: Error, Hashable {
  let cause: SMTPCause
  let text: String

  init(cause: SMTPCause, text: String) {
    self.cause = cause
    self.text = text
  }

  /// - Parameter detail: what libcurl wrote into the buffer for errors; may be empty.
  init(_ code: CURLcode, detail: String = "") {
    self.init(cause: Self.cause(of: code), text: detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail)
  }

  private static func cause(of code: CURLcode) -> SMTPCause {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolution
    case CURLE_COULDNT_CONNECT, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE,
      CURLE_UPLOAD_FAILED, CURLE_AGAIN:
      .connection
    case CURLE_OPERATION_TIMEDOUT: .timeout
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_INVALIDCERTSTATUS:
      .certificate
    case CURLE_SSL_CONNECT_ERROR, CURLE_USE_SSL_FAILED, CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_INITFAILED: .encryption
    case CURLE_LOGIN_DENIED, CURLE_AUTH_ERROR: .authentication
    case CURLE_WEIRD_SERVER_REPLY: .service
    case CURLE_ABORTED_BY_CALLBACK: .cancelled
    default: .client
    }
  }
}
