import NIOCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What a transfer that may be broken off needs of its connection.
enum BrokenOff {
  /// Bytes that the kernel takes before the client's side has room for them: what it has, nobody gets back.
  private static let unsentLimit = 256 * 1024

  /// Keeps the kernel from taking megabytes ahead of a client that reads slowly or not at all.
  static func prepare(_ channel: any Channel) {
    #if os(Linux)
      guard channel.isActive else { return }
      let option = ChannelOptions.Types.SocketOption(level: .tcp, name: .notSentLowWaterMark)
      channel.setOption(option, value: unsentLimit).whenFailure { _ in }
    #endif
  }

  /// Ends a connection at once: the client sees it reset before the announced length, and gets nothing of what is on
  /// this side still.
  static func now(_ channel: any Channel) {
    guard let socket = channel as? any SocketOptionProvider else { return channel.close(promise: nil) }
    socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
  }
}

extension NIOBSDSocket.Option {
  /// TCP_NOTSENT_LOWAT of linux/tcp.h.
  fileprivate static let notSentLowWaterMark = NIOBSDSocket.Option(rawValue: 25)
}
