import Diagnostics
import Rules
import Testing

@testable import agentcheckd

@Suite struct HAProxyConfiguration {
  private func backends(_ text: String, host: String = "web1") throws -> String {
    let configuration = haproxyConfiguration(for: try ruleSet(text), from: "rules.yaml", host: host)
    let start = try #require(configuration.firstRange(of: "\nbackend "))
    return String(configuration[start.lowerBound...].dropFirst())
  }

  @Test func allServicesHaveALine() throws {
    #expect(
      try backends(
        """
        services:
          web: {agent-send: web}
          reports:
          cache: {listen: "127.0.0.1:9998", allow: "::1"}
        """) == """
          backend web
              balance roundrobin
              server web1 192.0.2.10:80 check weight 100 agent-check agent-port 9999 agent-send "web\\n" agent-inter 2s

          backend reports
              # an empty line picks the service that has no agent-send in the rule file
              balance roundrobin
              server web1 192.0.2.10:80 check weight 100 agent-check agent-port 9999 agent-send "\\n" agent-inter 2s

          backend cache
              # this agent listens on 127.0.0.1:9998 only: HAProxy has to run on the same host
              # its 'allow:' has to name the address that HAProxy connects from
              balance roundrobin
              server web1 127.0.0.1:80 check weight 100 agent-check agent-port 9998 agent-send "cache\\n" agent-inter 2s

          """)
  }

  @Test func theHostsNameIsMadeFit() throws {
    #expect(try backends("rules: []", host: "w\u{e4}b 1").contains("    server w--b-1 192.0.2.10:80"))
  }

  @Test func everyWordOfALineIsExplained() throws {
    let text = haproxyConfiguration(for: try ruleSet("rules: [{reply: 50%}]"), from: "rules.yaml", host: "h")
    let line = try #require(text.split(separator: "\n").last).split(separator: " ").map(String.init)
    let explained = text.split(separator: "\n").filter { $0.hasPrefix("# ") && !$0.hasPrefix("#  ") }
      .compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
    for word in ["check", "weight", "agent-check", "agent-port", "agent-send", "agent-inter"] {
      #expect(line.contains(word) && explained.contains(word), "\(word)")
    }
  }
}
