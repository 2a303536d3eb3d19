import Testing

@testable import Metrics

@Suite struct NumberFileTests {
  @Test(
    arguments: [
      ("0.25\n", 0.25), ("42", 42), ("  7 jobs\n", 7), ("-3\n", -3), ("+3\t", 3), ("1e3\n", 1000), ("1E-2\n", 0.01),
      ("-1.5e+1\r\n", -15), ("0\n1\n", 0), ("007\n", 7), ("1e-400\n", 0), ("-0\n", 0), ("5 e6", 5),
      ("", nil), ("\n", nil), ("\n5\n", nil), ("x5\n", nil), ("-\n", nil), ("- 5\n", nil), (".5\n", nil), ("5.\n", nil),
      ("12ms\n", nil), ("42%\n", nil), ("1.2.3\n", nil), ("2024-05-01\n", nil), ("1e\n", nil), ("1e 5\n", nil),
      ("1e309\n", nil), ("1e401\n", nil), ("1e-401\n", nil), ("nan\n", nil), ("inf\n", nil), ("0x10\n", nil),
      ("1,5\n", nil), ("5\u{0}", nil), (String(repeating: "9", count: 400), nil),
    ] as [(String, Double?)])
  func theNumberThatAFileBeginsWith(text: String, number: Double?) {
    let readings = Readings(["file(\"/f\").value"])
    readings.sample(text, at: 1)
    #expect(readings.values == [number])
    let reason = text.isEmpty ? "empty" : "does not begin with a number"
    #expect(readings.reason(0) == (number == nil ? "/f: \(reason)" : nil))
  }

  /// That nothing is there is news, and old news is none.
  @Test func whatIsNotThereDoesNotExist() {
    let readings = Readings(["file(\"/f\").exists"], stale: .seconds(3))
    readings.sample(failing: .system(code: 2), at: 1)
    #expect(readings.values == [0])
    readings.sample(failing: .system(code: 20), at: 2)
    #expect(readings.values == [0])
    readings.begin(at: .seconds(5))
    readings.finish()
    #expect(readings.values == [nil] && readings.reason(0) == "/f: not measured yet")
    readings.sample(failing: .system(code: 13), at: 6)
    #expect(readings.values == [nil] && readings.reason(0) == "/f: errno 13")
  }
}
