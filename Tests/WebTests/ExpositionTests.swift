import Testing

@testable import Web

@Suite struct ExpositionTests {
  private static func page(_ format: ExpositionFormat) -> String {
    var page = Exposition(format)
    page.begin(MetricFamily("build", .info, "The version."))
    page.sample(1, [("version", "0.1.0")])
    page.begin(MetricFamily("probes", .counter, "Probes."))
    page.sample(17, [("service", "web"), ("x", "a\\b\"c\nd\te\u{e4}")])
    page.begin(MetricFamily("age_seconds", .gauge, unit: "seconds", "Age."))
    page.sample(0.25)
    page.begin(MetricFamily("state", .stateSet, "Where it stands."))
    page.states(["on", "off"], "off")
    page.states(["on", "off"], nil, [("rule", "r")])
    page.begin(MetricFamily("wait_seconds", .histogram, unit: "seconds", "How long."))
    page.histogram([(0.00005, 1), (1, 3)], count: 4, sum: 7.5)
    page.end()
    return String(decoding: page.bytes, as: UTF8.self)
  }

  @Test func openMetrics() {
    #expect(
      Self.page(.openMetrics) == #"""
        # HELP build The version.
        # TYPE build info
        build_info{version="0.1.0"} 1
        # HELP probes Probes.
        # TYPE probes counter
        probes_total{service="web",x="a\\b\"c\nd\\x09eä"} 17
        # HELP age_seconds Age.
        # TYPE age_seconds gauge
        # UNIT age_seconds seconds
        age_seconds 0.25
        # HELP state Where it stands.
        # TYPE state stateset
        state{state="on"} 0
        state{state="off"} 1
        state{rule="r",state="on"} 0
        state{rule="r",state="off"} 0
        # HELP wait_seconds How long.
        # TYPE wait_seconds histogram
        # UNIT wait_seconds seconds
        wait_seconds_bucket{le="5e-05"} 1
        wait_seconds_bucket{le="1.0"} 3
        wait_seconds_bucket{le="+Inf"} 4
        wait_seconds_count 4
        wait_seconds_sum 7.5
        # EOF

        """#)
  }

  /// Whatever a label says, it stays within its quotation marks and its line, and commands no terminal.
  @Test func aLabelForgesNothing() {
    var page = Exposition(.text)
    page.begin(MetricFamily("probes", .counter, "Probes."))
    page.sample(17, [("x", "\"} 1\nforged 2\r\u{1B}[2J\u{9B}m\u{85}\u{202E}\\")])
    #expect(
      String(decoding: page.bytes, as: UTF8.self).hasSuffix(
        #"probes_total{x="\"} 1\nforged 2\\x0d\\x1b[2J\\x9bm\\x85\\u202e\\"} 17"# + "\n"))
    #expect(page.bytes.filter { $0 == 0x0A }.count == 3)
  }

  /// The same samples, and heads that old readers know.
  @Test func text() {
    let samples = { (page: String) in page.split(separator: "\n").filter { !$0.hasPrefix("#") } }
    let page = Self.page(.text)
    #expect(samples(page) == samples(Self.page(.openMetrics)))
    #expect(
      page.split(separator: "\n").filter { $0.hasPrefix("# TYPE") } == [
        "# TYPE build_info gauge", "# TYPE probes_total counter", "# TYPE age_seconds gauge", "# TYPE state gauge",
        "# TYPE wait_seconds histogram",
      ])
    #expect(!page.contains("# UNIT") && !page.contains("# EOF"))
  }

  @Test(arguments: [
    (0.0, "0"), (-0.0, "0"), (1e15, "1000000000000000"), (-3, "-3"), (0.1, "0.1"), (1e-7, "1e-07"), (1e300, "1e+300"),
    (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (9_007_199_254_740_992, "9007199254740992.0"),
    (1.5e16, "1.5e+16"),
  ])
  func numbers(value: Double, text: String) {
    var page = Exposition(.text)
    page.begin(MetricFamily("a", .gauge, ""))
    let head = page.bytes.count
    page.sample(value)
    #expect(String(decoding: page.bytes[head...], as: UTF8.self) == "a \(text)\n")
  }

  @Test(arguments: [
    // Prometheus 2.42 and 3, Debian's curl, a browser, nothing.
    (
      "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", ExpositionFormat.openMetrics
    ),
    (
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;q=0.4,"
        + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2", .openMetrics
    ),
    ("*/*", .text), ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", .text), ("", .text),
    ("application/openmetrics-text", .openMetrics), ("Application/OpenMetrics-Text ; version=\"1.0.0\"", .openMetrics),
    ("application/openmetrics-text ; version=\"1.0.0\"", .openMetrics),
    ("application/openmetrics-text;version=2.0.0", .text), ("application/openmetrics-text;version=0.0.1", .text),
    ("application/openmetrics-text;q=0", .text), ("application/openmetrics-text;q=0.4,text/plain", .text),
    ("application/openmetrics-text;q=0.4,text/*;q=0.5", .text),
    ("application/openmetrics-text;q=0.4,text/*;q=0.5,text/plain;q=0.1", .openMetrics),
    ("application/openmetrics-text;q=x", .text), ("application/openmetrics-text;q=9", .openMetrics),
    ("application/*", .text), (",;,=;q", .text),
  ])
  func whoAsksForWhat(accept: String, format: ExpositionFormat) {
    let bytes = Array(accept.utf8)
    #expect(ExpositionFormat(accept: bytes.span) == format)
  }
}
