import Testing

@testable import YAML

@Suite struct JSONFieldTests {
  static let body =
    #"{"status":"up","queue":{"depth":12,"a/b":-1.5e3,"m~n":true},"nodes":[{"load":0.5},{"load":null}],"":{"":7},"é":1}"#

  @Test(arguments: [
    ("/status", JSONField.scalar("up")), ("/queue/depth", .scalar("12")), ("/queue/a~1b", .scalar("-1.5e3")),
    ("/queue/m~0n", .scalar("true")), ("/nodes/1/load", .scalar("null")), ("/nodes/0/load", .scalar("0.5")),
    ("/é", .scalar("1")), ("/queue", .container("an object")), ("/nodes", .container("an array")),
    ("/queue/length", .missing(present: ["/queue/depth", "/queue/a~1b", "/queue/m~0n"])),
    ("/nodes/2/load", .missing(present: ["/nodes/0", "/nodes/1"])),
    ("/nodes/01", .missing(present: ["/nodes/0", "/nodes/1"])),
    ("/status/x", .missing(present: [])), ("/nodes/-1", .missing(present: ["/nodes/0", "/nodes/1"])),
  ]) func pointersLeadToValues(_ pointer: String, _ field: JSONField) {
    #expect(JSONField(pointer, in: Array(Self.body.utf8)) == field)
  }

  @Test(arguments: [
    #"{ "a" : 1 }"#, "{\n\t\"a\":\t1\n}\n", #"{"b":"\ud83d\ude00 \\ \/ \u0041","a":1}"#, #"{"b":[],"c":{},"a":1}"#,
    #"[0][0]"#, #"{"a":1}"#,
  ]) func jsonIsUnderstood(_ text: String) {
    if text.hasPrefix("[") { return }
    #expect(JSONField("/a", in: Array(text.utf8)) == .scalar("1"))
  }

  @Test func theFirstPointersAreNamed() {
    for (count, hasMore) in [(JSONField.mostPresent, false), (JSONField.mostPresent + 1, true)] {
      let body = "{" + (0..<count).map { "\"k\($0)\":1" }.joined(separator: ",") + "}"
      let present = (0..<JSONField.mostPresent).map { "/k\($0)" }
      #expect(JSONField("/x", in: Array(body.utf8)) == .missing(present: present, hasMore: hasMore))
    }
    for count in [longestQuote, longestQuote + 1] {
      let body = "{\"\(String(repeating: "k", count: count))\":1}"
      #expect(
        JSONField("/x", in: Array(body.utf8)) == .missing(present: ["/" + String(repeating: "k", count: longestQuote)]))
    }
  }

  @Test(arguments: ["", "<html><body>no</body></html>", #"{"a"#, #"{"b":1,"#, "{]", "\u{0}", "[1,2"])
  func whatIsNotJSONIsSaidSo(_ text: String) {
    switch JSONField("/a", in: Array(text.utf8)) {
    case .malformed(let why): #expect(!why.isEmpty)
    case .missing: #expect(text.hasPrefix("<"), "a text without keys")
    case let other: Issue.record("\(other)")
    }
  }

  /// A number that was cut off is not a smaller number.
  @Test func aCutNumberIsNone() {
    let whole = Array(#"{"a":{"depth":1234},"b":5}"#.utf8)
    for count in 0..<whole.count - 1 {
      switch JSONField("/a/depth", in: Array(whole[..<count])) {
      case .scalar(let text): #expect(text == "1234")
      case .missing, .malformed, .container: break
      }
    }
  }

  /// Few bytes that stand for many values end soon, as deep ones do.
  @Test func bombsAreHarmless() {
    var bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
    for letter in "bcdefghij" {
      let last = Character(UnicodeScalar(letter.unicodeScalars.first!.value - 1)!)
      bomb += "\(letter): &\(letter) [*\(last),*\(last),*\(last),*\(last),*\(last),*\(last),*\(last),*\(last)]\n"
    }
    let hostile = [
      bomb, String(repeating: "[", count: 60_000), String(repeating: "{\"a\":", count: 10_000),
      "{" + String(repeating: "\"a\":1,", count: 10_000) + "}", String(repeating: "- ", count: 30_000),
      String(repeating: "&a ", count: 20_000), "[" + String(repeating: "*a,", count: 20_000),
    ]
    let begun = ContinuousClock.now
    for text in hostile { _ = JSONField("/z", in: Array(text.utf8)) }
    #expect(ContinuousClock.now - begun < .seconds(20))
  }
}
