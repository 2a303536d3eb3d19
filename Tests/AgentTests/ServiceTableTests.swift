import Testing
import Text

@testable import Agent

@Suite struct AwaitedLineTests {
  @Test(arguments: [
    ("", nil),
    ("web", nil),
    ("web\n", 3),
    ("web\r\n", 3),
    ("web\0rest", 3),
    ("\n", 0),
    (String(repeating: "x", count: 254), nil),
    (String(repeating: "x", count: 254) + "\n", 254),
    (String(repeating: "x", count: 255), 255),
    (String(repeating: "x", count: 300), 255),
    (String(repeating: "x", count: 255) + "\n", 255),
  ])
  func endsWhereItIsSaidTo(_ text: String, _ end: Int?) {
    let bytes = Array(text.utf8)
    let found = AwaitedLine.end(of: bytes.span)
    #expect(found == end)
  }
}

@Suite struct ServiceTableTests {
  private func table(_ names: [String?], allow: [AddressSet?]? = nil) -> ServiceTable {
    ServiceTable(
      at: InternetAddress(.every, port: 9999),
      names.enumerated().map { number, name in
        ProbeService(
          agentSend: name.map { Array($0.utf8) }, place: number, notice: Notice(), allow: allow?[number])
      })
  }

  private func pick(_ table: ServiceTable, _ text: String) -> Int? {
    let bytes = Array(text.utf8)
    let service = table.pick(bytes.span)
    return service?.place
  }

  @Test func textPicksItsServiceAndNoOther() {
    let services = table(["web", nil, "we", "wеb"])
    #expect(pick(services, "web") == 0)
    #expect(pick(services, "we") == 2)
    #expect(pick(services, "") == 1)
    for other in ["w", "webs", "WEB", " web", "web "] { #expect(pick(services, other) == nil) }
    #expect(services.awaitsLine)
  }

  @Test func withoutNamesNothingIsAwaited() {
    #expect(!table([nil]).awaitsLine)
    #expect(pick(table(["web"]), "") == nil)
  }

  @Test func anAddressAdmitsWhomAnyOfItsServicesAdmits() throws {
    let (ten, one) = (AddressSet([try AddressBlock("10.0.0.0/8")]), AddressSet([try AddressBlock("::1")]))
    let closed = table(["web", nil], allow: [ten, one])
    #expect(closed.admits(IPAddress("10.1.1.1")!))
    #expect(closed.admits(.v6(0, 1)))
    #expect(!closed.admits(loopback))
    #expect(table(["web", nil], allow: [ten, nil]).admits(loopback))
  }
}

@Suite struct SeldomTests {
  @Test func eachSubjectIsMentionedAgainAfterThePause() {
    var seldom = Seldom<String>(limit: 2, pause: .seconds(60))
    let rows: [(Int, String, Bool)] = [
      (0, "a", true), (1, "a", false), (59, "a", false), (60, "a", true), (119, "a", false),
      (60, "b", true), (61, "c", false), (120, "c", true), (120, "b", true), (121, "a", false),
    ]
    for (second, subject, mentioned) in rows {
      #expect(seldom.mayMention(subject, now: .seconds(second)) == mentioned, "\(second) \(subject)")
    }
  }

  @Test func withoutAPauseEachSubjectIsMentionedOnceAndTheNumberIsBounded() {
    var seldom = Seldom<Int>(limit: 3, pause: nil)
    #expect((0..<5).map { seldom.mayMention($0, now: .zero) } == [true, true, true, false, false])
    #expect((0..<5).map { seldom.mayMention($0, now: .seconds(1_000_000)) } == [false, false, false, false, false])
  }
}
