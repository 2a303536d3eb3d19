import Rules
import Testing
import Text

@testable import agentcheckd

@Suite struct StatusPages {
  private static let document = #"""
    {"time":1795433872.5,
     "daemon":{"version":"0.1.0","process":4711,"since":7384,"sinceTime":1795426488,"file":"web.yaml",
       "summary":"1 metric, 2 rules, 1 service","rulesSince":90000,"rulesSinceTime":1795343872,
       "writeFailure":{"what":"state","since":192,"sinceTime":1795433680,
         "error":"/var/lib/agentcheckd/overrides: no space left on device: a restart would forget what is in force"},
       "lastReload":{"since":61,"sinceTime":1795433811,"error":"web.yaml has mistakes: the rules in force stay"},
       "interval":1,"span":5},
     "services":[{"name":"web","addresses":[":9999"],"agentSend":null,"reply":"50% up # saturated","rules":["saturated"],
       "why":["saturated: cpu.idle 4% is < 10%"],"since":192,"sinceTime":1795433680,"previous":"100% up"},
      {"name":"db","addresses":[":9998"],"agentSend":null,"reply":"","rules":[],"why":[],"since":null,"sinceTime":null,
       "previous":null}],
     "metrics":[{"name":"cpu.idle","kind":"percent","value":4,"reason":null,"least":1,"greatest":97,
       "history":[[90,97],[40,90],null,[1,5]]},
      {"name":"pressure.io.some","kind":"percent","value":null,"reason":"/proc/pressure/io: no such file or directory",
       "least":null,"greatest":null,"history":[]}],
     "rules":[{"name":"saturated","service":null,"state":"active","since":192,"remaining":null,
       "explanation":"cpu.idle 4% is < 10%","endsWith":"cpu.idle > 20%","words":"50%","dryRun":false}],
     "balancers":[{"service":"web","address":"10.0.0.1","asksAt":":9999","interval":2,"rows":2,"probes":90,"last":1.5,
       "lastTime":1795433871,"told":"50% up # saturated","hasStopped":false},
      {"service":"web","address":"10.0.0.2","asksAt":":9999","interval":2,"rows":1,"probes":9,"last":300,
       "lastTime":1795433572,"told":"100% up","hasStopped":true,
       "concerns":["asks every 2s, and 'damping' is 5s: make it at least four times as long as the interval"]},
      {"service":"web","address":"10.0.0.3","asksAt":":9999","interval":2,"rows":1,"probes":9,"last":30,
       "lastTime":1795433842,"told":"100% up","hasStopped":false,"isTurnedAway":true,
       "concerns":["is no longer answered: it asks for 'wbe', which no service has"]}],
     "turnedAway":[
      {"address":"10.0.0.3","asksAt":":9999","reason":"asks for 'wbe', which no service has","probes":14,"since":28,
       "sinceTime":1795433844,"last":2,"lastTime":1795433870},
      {"address":"10.0.0.4","asksAt":":9999","reason":"is refused: 'allow' does not name it","probes":1,"since":2,
       "sinceTime":1795433870,"last":2,"lastTime":1795433870}],
     "overrides":[{"words":"0% drain","service":null,"released":["db"],"by":"anna","user":1000,"reason":"bad disk",
       "since":60,"sinceTime":1795433812,"remaining":7140.4},
      {"words":"maxconn:5","service":"db","released":[],"by":"root","user":0,"reason":null,"since":5,
       "sinceTime":1795433867,"remaining":null}]}
    """#

  private func document() throws -> JSON {
    let bytes = Array(Self.document.utf8)
    return try JSON(bytes.span)
  }

  /// A page without the hours, which are those of the host's time zone.
  private func page(_ document: JSON, width: Int = 80, _ appearance: Appearance = .plain) -> String {
    var page = Page(appearance, width: width)
    page.status(document, width: width)
    return page.text.replacing(/[0-9]{2}:[0-9]{2}:[0-9]{2}/, with: "HH:MM:SS")
      .replacing(/[0-9]{4}-[0-9]{2}-[0-9]{2}/, with: "DATE")
  }

  /// Whatever answers at the socket, whoever asks is told something.
  @Test(arguments: ["1e300", "-1e300", "1e999", "-9223372036854775808", "9223372036854775807", "1e-300"])
  func numbersThatNoDaemonHasAreShown(_ number: String) throws {
    let text = Array(Self.document.replacing(/([:\[,])[0-9.]+/) { "\($0.output.1)\(number)" }.utf8)
    #expect(page(try JSON(text.span)).contains("load balancers"))
    let extremes = Array(Self.document.replacing(/\[1,5\]/, with: "[-1.7e308,1.7e308]").utf8)
    #expect(page(try JSON(extremes.span)).contains("load balancers"))
  }

  @Test func allOfIt() throws {
    #expect(
      page(try document()) == """
        agentcheckd 0.1.0  running since HH:MM:SS, 2h3m, process 4711
        web.yaml: 1 metric, 2 rules, 1 service; in force since DATE HH:MM:SS, 1d1h
        state: cannot be written since HH:MM:SS, 3m12s: /var/lib/agentcheckd/overrides:
          no space left on device: a restart would forget what is in force
        the last reload has failed at HH:MM:SS, 1m1s ago: web.yaml has mistakes: the
          rules in force stay

        services
          web  50% up # saturated
               since HH:MM:SS, 3m12s; before that '100% up'
               saturated: cpu.idle 4% is < 10%
               on :9999
          db   (an empty line)
               nothing is said before everything that its rules use has been read once
               on :9998

        forced
          all but db  '0% drain' by anna: bad disk; since HH:MM:SS, 1m, for another
                      1h59m
          db          'maxconn:5' by root; since HH:MM:SS, 5s, until it is released

        metrics
          cpu.idle          4%       1% to 97%  #_
          pressure.io.some  unknown  /proc/pressure/io: no such file or directory

        rules
          saturated  active for 3m12s
                     cpu.idle 4% is < 10%
                     says 50%
                     ends with: cpu.idle > 20%

        load balancers
          10.0.0.1 for web   50% up # saturated
                             asks every 2s for each of 2 server lines, last at HH:MM:SS,
                             2s ago
          10.0.0.2 for web   100% up
                             has stopped: asked every 2s, last at HH:MM:SS, 5m ago
                             warning: it asks every 2s, and 'damping' is 5s: make it at
                             least four times as long as the interval
          10.0.0.3 for web   100% up
                             is turned away: asked every 2s, last at HH:MM:SS, 30s ago
                             warning: it is no longer answered: it asks for 'wbe', which
                             no service has
          10.0.0.3 at :9999  asks for 'wbe', which no service has
                             14 times since HH:MM:SS, 28s, last at HH:MM:SS, 2s ago
          10.0.0.4 at :9999  is refused: 'allow' does not name it
                             once, last at HH:MM:SS, 2s ago

        """)
  }

  @Test func aWideTerminalHasMoreBars() throws {
    let text = page(try document(), width: 120, Appearance(isUnicode: true))
    #expect(text.contains("1% to 97%  \u{2588}\u{2586}\u{B7}\u{2581}\n"))
  }

  @Test func anEmptyDocumentIsSurvived() throws {
    #expect(page(.object([])).contains("load balancers\n  nobody has asked yet\n"))
  }

  @Test func aReportIsReadAsItWasWritten() throws {
    let report = Report(try document())
    let bytes = Array(report.json.text().utf8)
    #expect(Report(try JSON(bytes.span)).json.text() == report.json.text())
    #expect(report.rules[0].clearedBy == "cpu.idle > 20%" && report.metrics[1].value == nil)
  }

  @Test(
    arguments: [
      ([], ""), ([5], "_"), ([1, 2, 3, 4], "_-=#"), ([1, nil, 4], "_.#"), ([-1, 0, 1], "_=#"),
      ([-1.7e308, 0, 1.7e308], "_=#"),
    ] as [([Double?], String)])
  func bars(_ values: [Double?], _ line: String) { #expect(sparkline(values, isUnicode: false) == line) }

  @Test func whatDoesNotFitIsCounted() {
    let screen = StatusWatch.screen("a\nb\nc\nd\n", rows: 3, .plain)
    #expect(screen == "\u{1B}[Ha\u{1B}[K\r\nb\u{1B}[K\r\n... 2 more lines\u{1B}[K\u{1B}[J")
    #expect(StatusWatch.screen("a\nb\n", rows: 2, .plain) == "\u{1B}[Ha\u{1B}[K\r\nb\u{1B}[K\u{1B}[J")
  }
}
