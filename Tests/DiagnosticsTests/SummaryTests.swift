import Testing

@testable import Diagnostics

@Suite struct SummaryTests {
  static func diagnostic(_ message: String, _ offset: Int, _ source: Source, _ severity: Severity = .error)
    -> Diagnostic
  {
    Diagnostic(Finding(code: "test", severity: severity, message, at: offset..<offset), in: source)
  }

  @Test func diagnosticsAreSortedByFileThenPlaceAndStayInOrderOtherwise() {
    let main = Source(name: "main", bytes: [])
    let part = Source(name: "part", bytes: [])
    let all = [
      Self.diagnostic("d", 7, main), Self.diagnostic("g", 2, part), Self.diagnostic("a", 0, main),
      Self.diagnostic("e", 7, main), Self.diagnostic("f", 1, part), Self.diagnostic("b", 3, main),
      Self.diagnostic("c", 3, main),
    ]
    #expect(sorted(all).map { $0.finding.message }.joined() == "abcdefg")
    #expect(sorted([]).isEmpty)
  }

  @Test(arguments: [
    (0, 0, "no errors"), (1, 0, "1 error"), (0, 1, "1 warning"), (2, 1, "2 errors, 1 warning"), (0, 3, "3 warnings"),
  ]) func theyAreCounted(errors: Int, warnings: Int, expected: String) {
    let source = Source(name: "f", bytes: [])
    let all =
      (0..<warnings).map { _ in Self.diagnostic("w", 0, source, .warning) }
      + (0..<errors).map { _ in Self.diagnostic("e", 0, source) }
    #expect(summary(all) == expected)
  }
}
