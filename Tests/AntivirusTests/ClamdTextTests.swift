import Antivirus
import Testing

/// What is written in configurations, and what clamd writes.
@Suite struct ClamdTextTests {
  @Test(arguments: [
    ("/run/clamav/clamd.ctl", ClamdAddress.socket(path: "/run/clamav/clamd.ctl")),
    ("clamd", .tcp(host: "clamd", port: 3310)), ("127.0.0.1:99", .tcp(host: "127.0.0.1", port: 99)),
    ("[::1]:3310", .tcp(host: "::1", port: 3310)), ("[::1]", .tcp(host: "::1", port: 3310)),
  ])
  func addressesAreRead(_ text: String, _ address: ClamdAddress) {
    #expect(ClamdAddress(text) == address)
    #expect(ClamdAddress(address.description) == address)
  }

  @Test(arguments: [
    "", ":3310", "clamd:", "clamd:0", "clamd:65536", "clamd:x", "[::1", "[]:1", "[::1]x", "a b", "tcp://clamd",
    "/" + String(repeating: "x", count: 107),
  ])
  func whatIsNoAddressIsNone(_ text: String) {
    #expect(ClamdAddress(text) == nil)
  }

  @Test(arguments: [
    ("stream: OK", ClamdReply.clean), ("stream: Eicar-Test FOUND", .found("Eicar-Test")),
    ("stream: Two Words FOUND", .found("Two Words")), ("INSTREAM size limit exceeded. ERROR", .tooLarge),
    ("stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND", .tooLarge),
    ("stream: Can't open file ERROR", .other("stream: Can't open file ERROR")),
    ("", .other("")), ("stream: OK ", .other("stream: OK ")), ("UNKNOWN COMMAND", .other("UNKNOWN COMMAND")),
  ])
  func repliesAreRead(_ text: String, _ reply: ClamdReply) {
    #expect(ClamdReply(text) == reply)
  }
}
