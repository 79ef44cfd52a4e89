import CLibPQ
import Glibc

extension Connection {
  /// The one result of the command whose turn it is; nothing is left of it then.
  func onlyResult() throws -> ResultHandle {
    guard let first = try nextResult() else { throw lost() }
    let result = ResultHandle(first)
    // libpq gives the same such result again and again until its data is taken, for which a pipeline has no place.
    guard ![PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH].contains(result.status) else {
      isBroken = true
      throw PostgresError.misuse("COPY does not go through a pipeline")
    }
    while let more = try nextResult() { PQclear(more) }
    return result
  }

  /// Reads the answer to a Sync.
  func receiveSync() throws {
    guard let result = try nextResult() else { throw lost() }
    defer { PQclear(result) }
    guard PQresultStatus(result) == PGRES_PIPELINE_SYNC else { throw lost() }
  }

  /// The next result, `nil` at the end of a command's. Waits without holding the processor.
  func nextResult() throws -> OpaquePointer? {
    while PQisBusy(handle) == 1 {
      // When the connection is gone, libpq has an error in place of the result.
      guard try wait() else { break }
    }
    return PQgetResult(handle)
  }

  /// Waits until something was read (or, while something is left to send, could be written): reading meanwhile is what
  /// keeps two full sockets from blocking each other.
  ///
  /// - Throws: ``ConnectionLoss`` when nothing at all happens for as long as the configuration allows. A frozen server
  ///   keeps its sockets open, so neither the statement timeout nor TCP would ever say so.
  func wait() throws -> Bool {
    let unsent = PQflush(handle)
    guard unsent >= 0 else { return false }
    var descriptor = pollfd(
      fd: PQsocket(handle), events: Int16(unsent == 1 ? POLLIN | POLLOUT : POLLIN), revents: 0)
    let ready = poll(&descriptor, 1, answerTimeout?.pollMilliseconds ?? -1)
    if ready < 0 { return errno == EINTR }
    guard ready > 0 else { throw silence() }
    return Int32(descriptor.revents) & ~POLLOUT == 0 || PQconsumeInput(handle) == 1
  }

  /// Whether the connection survived a time without use. Cheap: one poll when nothing has arrived.
  func isAliveAfterIdling() -> Bool {
    do { try drainUnanswered() } catch { return false }
    while isUsable {
      var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
      guard poll(&descriptor, 1, 0) == 1 else { return transactionState == .idle }
      guard PQconsumeInput(handle) == 1 else { return false }
      // Parses notices and parameter changes, and the server's farewell.
      _ = PQisBusy(handle)
    }
    return false
  }

  /// The outcome of a libpq call that starts something: 1 is good.
  func check(_ outcome: Int32) throws {
    guard outcome == 1 else { throw lost() }
  }

  /// The server keeps silent: the connection is given up, though nothing says that it is dead.
  private func silence() -> ConnectionLoss {
    isBroken = true
    isSilent = true
    return ConnectionLoss(
      reason: "PostgreSQL has kept silent for \(answerTimeout ?? .zero)", reportedAt: nil, isSilence: true)
  }

  func lost() -> ConnectionLoss {
    isBroken = true
    return ConnectionLoss(reason: lastMessage, reportedAt: nil)
  }
}
