import Foundation
import Language
import Rules
import Testing
import Text

@testable import agentcheckd

private let file = """
  metrics:
    idle: cpu.idle
  rules:
    - name: saturated
      when: idle < 10%
      until: idle > 20%
      keep-for: 10s
      reply: 50%
    - name: short of memory
      when: memory.available < 1G
      for: 1m
      reply: 20%
    - name: swapping
      when: swap.in > 1MB/s
      reply: drain
      dry-run: true
  services:
    web:
      agent-send: web
    db:
      listen: ["127.0.0.1:9998", ":9997"]
      rules:
        - reply: maxconn:30
      default: maxconn:100
  """

/// The report after some samples, each of an instant in seconds and the values of metrics by name.
private func report(
  _ samples: [(at: Int, values: [String: Double])], of text: String = file
) throws -> Report {
  let rules = try ruleSet(text)
  var judge = Judge(rules)
  let names = rules.assembly.references.map { $0.text(in: rules.catalogue) }
  var values: [Double?] = []
  for (second, known) in samples {
    values = names.map { known[$0] }
    _ = judge.step(values, settled: names.map { _ in true }, at: .seconds(second))
  }
  let remarks = names.map { known in values[names.firstIndex(of: known)!] == nil ? "/proc/x: no such file" : nil }
  return judge.report(values, remarks: remarks, at: .seconds(samples.last!.at))
}

private let idleHost = ["cpu.idle": 93.06, "memory.available": 24e9, "swap.in": 0]
private let busyHost = ["cpu.idle": 4.2, "memory.available": 5e8, "swap.in": 2e6]

@Suite struct ReportPages {
  private func page(_ report: Report) -> String {
    var page = Page(.plain)
    page.explain(report)
    return page.text
  }

  @Test func aQuietHost() throws {
    let text = page(try report([(0, idleHost), (5, idleHost)]))
    #expect(
      text == """
        metrics
          cpu.idle          93.1%  percent
          memory.available  24G    bytes
          swap.in           0B/s   bytes per second

        rules
          saturated        inactive for 5s
                           idle 93.1% is not < 10%
                           would say 50%
          short of memory  inactive for 5s
                           memory.available 24G is not < 1G
                           would say 20%
          swapping         inactive for 5s
                           swap.in 0B/s is not > 1MB/s
                           would say drain, but is a dry run
          db: rule 4       active for 5s
                           always
                           says maxconn:30

        replies
          web  100% up
               no rule says anything else
               on :9999, picked by agent-send "web\\n"
          db   100% maxconn:30 up # rule 4
               because of: rule 4
               on 127.0.0.1:9998, :9997

        """)
  }

  @Test func rulesOnTheirWay() throws {
    let text = page(try report([(0, busyHost), (20, busyHost)]))
    #expect(
      text.contains(
        """
          saturated        active for 20s
                           idle 4.2% is not > 20%
                           says 50%
                           ends with: idle > 20%
          short of memory  pending: active in 40s if this lasts
                           memory.available 500M is < 1G
                           would say 20%
          swapping         active for 20s
                           swap.in 2MB/s is > 1MB/s
                           would say drain, but is a dry run
                           ends with: not (swap.in > 1MB/s)

        """), "\(text)")
    #expect(text.contains("  web  50% up # saturated\n       because of: saturated\n"))
    let leaving = page(try report([(0, busyHost), (20, idleHost), (23, idleHost)]))
    #expect(leaving.contains("saturated        leaving: inactive in 7s if this lasts\n"), "\(leaving)")
  }

  @Test func whatIsUnknownHasAReason() throws {
    let text = page(try report([(0, ["cpu.idle": 50, "swap.in": 0])]))
    #expect(text.contains("  memory.available  unknown  /proc/x: no such file\n"), "\(text)")
    #expect(text.contains("\n                   memory.available is unknown\n"))
  }

  @Test func beforeAnythingIsMeasured() throws {
    let judge = Judge(try ruleSet("rules: [{when: cpu.idle < 10, reply: 50%}]"))
    let text = page(judge.report([nil], remarks: ["/proc/stat: not measured yet"], at: .zero))
    #expect(text.contains("  default  (an empty line)\n           nothing is said before"))
    #expect(text.contains("  cpu.idle < 10  inactive\n"))
  }

  @Test func withoutRulesThereIsStillAReply() throws {
    #expect(
      page(try report([(0, [:])], of: "default: 100%")) == """
        replies
          default  100% up
                   no rule says anything else
                   on :9999

        """)
  }

  @Test func longTextsAreWrapped() throws {
    let long = """
      rules:
        - name: a rule with a name that is longer than any column of this table
          when: cpu.idle < 10% and memory.available < 10G and load.1m > 300% and swap.in > 3MB/s and swap.out > 3MB/s
          reply: 50%
      """
    let text = page(try report([(0, [:])], of: long))
    #expect(text.split(separator: "\n").allSatisfy { $0.unicodeScalars.count <= 80 }, "\(text)")
  }
}

@Suite struct ReportObjects {
  @Test func allOfIt() throws {
    let rules = """
      rules:
        - {name: low, when: cpu.idle < 10%, for: 1m, reply: 50%}
        - {name: gone, when: 'not filesystem("/").mounted', reply: drain}
      services:
        web: {agent-send: web, listen: ":1"}
      """
    let report = try report([(0, ["cpu.idle": 5]), (12, ["cpu.idle": 5.25])], of: rules)
    #expect(
      report.json.text() == """
        {
          "metrics": [
            {
              "name": "cpu.idle",
              "kind": "percent",
              "value": 5.25,
              "reason": null
            },
            {
              "name": "filesystem(\\"/\\").mounted",
              "kind": "yes/no",
              "value": null,
              "reason": "/proc/x: no such file"
            }
          ],
          "rules": [
            {
              "name": "low",
              "service": null,
              "state": "pending",
              "since": 12,
              "remaining": 48,
              "explanation": "cpu.idle 5.25% is < 10%",
              "endsWith": null,
              "words": "50%",
              "dryRun": false
            },
            {
              "name": "gone",
              "service": null,
              "state": "inactive",
              "since": 12,
              "remaining": null,
              "explanation": "filesystem(\\"/\\").mounted is unknown",
              "endsWith": null,
              "words": "drain",
              "dryRun": false
            }
          ],
          "services": [
            {
              "name": "web",
              "addresses": [
                ":1"
              ],
              "agentSend": "web",
              "reply": "100% up",
              "rules": []
            }
          ]
        }
        """)
  }

  @Test func yesAndNoAreTrueAndFalse() throws {
    let rules = "rules: [{when: 'filesystem(\"/\").read_only', reply: 0%}]"
    for (value, expected) in [(1.0, "true"), (0.0, "false")] {
      let text = try report([(0, [#"filesystem("/").read_only"#: value])], of: rules).json.text(isPretty: false)
      #expect(text.contains(#""value":\#(expected)"#), "\(text)")
    }
  }

  /// The manual names each member, and no other.
  @Test func theManualHasTheShape() throws {
    let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "man/agentcheckd.8")
    let section = try #require(
      try String(contentsOf: page, encoding: .utf8).split(separator: "\n.It Ic explain ").last?
        .split(separator: "\n.It Ic metrics ").first)
    var documented: [String: Set<String>] = [:]
    var list = ""
    for line in section.split(separator: "\n") {
      let words = line.split { !$0.isLetter }.map(String.init)
      if line.hasPrefix(".It Cm ") { list = words[2] }
      if line.hasPrefix(".Cm ") { documented[list, default: []].formUnion(words.dropFirst()) }
    }

    let text = try report([(0, busyHost)]).json.text()
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: [[String: Any]]])
    #expect(Set(object.keys) == Set(documented.keys))
    for (list, elements) in object {
      #expect(!elements.isEmpty)
      for element in elements { #expect(Set(element.keys) == documented[list], "\(list)") }
    }
  }
}
