// The lines of haproxy.cfg that belong to a rule file: whole backends, so that the text is valid as it stands, with a comment
// for each word, because most of them are there for a reason that nobody would guess.

import Rules
import Text

/// Backends to paste into haproxy.cfg, one for each service. `name` is that of the rule file, `host` this host's.
func haproxyConfiguration(for rules: RuleSet, from name: String, host: String) -> String {
  let servers = rules.services.map { ServerLine($0, among: rules.services, host: host) }
  var page = Page(.plain, width: Page.usualWidth - 2)
  page.paragraph(
    Phrase(
      """
      For haproxy.cfg: a server line for each service of \(name). Each belongs into the backend of its application, \
      once for each host, with that host's name and address and the application's port.
      """))
  page.gap()
  page.table(words(of: servers), indent: 0)
  var text = ""
  for line in page.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
    text += line.isEmpty ? "#\n" : "# \(line)\n"
  }
  for (service, server) in zip(rules.services, servers) {
    // The name of a service is one for HAProxy, too.
    text += "\nbackend \(service.name)\n"
    for note in server.notes { text += "    # \(note)\n" }
    text += "    balance roundrobin\n"
    text += "    \(server.text)\n"
  }
  return text
}

/// Each word of a server line, and why it is there.
private func words(of servers: [ServerLine]) -> [[Phrase]] {
  let isPlaceholder = servers.contains { $0.isPlaceholder }
  return [
    [
      "balance",
      """
      a dynamic algorithm: roundrobin, leastconn, a hash with 'hash-type consistent'; others take no percentage but 0% \
      and 100%
      """,
    ],
    [
      "ADDRESS:80",
      Phrase(
        (isPlaceholder ? "this host's address goes here, and " : "")
          + (servers.allSatisfy { $0.knowsPort }
            ? "the application's port, as 'server-port' says"
            : "the application's port, which this agent does not know unless 'server-port' says it")),
    ],
    ["check", "HAProxy's own health check: a server is up only if this check and the agent both say so"],
    [
      "weight 100",
      """
      an agent's percentage is a share of this, in whole numbers: with HAProxy's default, 1, every percentage below 100 \
      is nothing
      """,
    ],
    ["agent-check", "asks the agent"],
    ["agent-port", "the agent's port; its address is the server's unless agent-addr says otherwise"],
    [
      "agent-send",
      """
      the line that picks the service, and to which the reply comes at once; on all server lines of an HAProxy process \
      or on none, since a single one delays the checks without it by 200 ms
      """,
    ],
    ["agent-inter", "how often to ask, and how long to wait for the answer unless 'timeout check' says otherwise"],
  ]
}

/// The server line of one service.
private struct ServerLine {
  /// Addresses for documentation (RFC 5737, RFC 3849): nobody has them.
  private static let placeholder4 = IPAddress.v4(0xC000_020A)
  private static let placeholder6 = IPAddress("2001:db8::10")

  let text: String
  /// What is particular about this service.
  let notes: [String]
  /// Whether the address has to be filled in.
  let isPlaceholder: Bool
  /// Whether the rule file tells the application's port.
  let knowsPort: Bool

  init(_ service: Service, among services: [Service], host: String) {
    let agent = Self.reachable(service.addresses)
    let (server, isPlaceholder) = Self.server(for: agent)
    var notes: [String] = []
    if server.isLoopback { notes.append("this agent listens on \(agent) only: HAProxy has to run on the same host") }
    if service.allow != nil { notes.append("its 'allow:' has to name the address that HAProxy connects from") }

    let port = UInt16(clamping: service.serverPort ?? 80)
    let send: String
    let isShared = services.contains { $0.agentSend != nil && !Set($0.addresses).isDisjoint(with: service.addresses) }
    if let agentSend = service.agentSend {
      send = agentSend
    } else if isShared {
      send = ""
      notes.append("an empty line picks the service that has no agent-send in the rule file")
    } else {
      // Where no service has an agent-send any text will do.
      send = service.name
    }
    text = """
      server \(serverName(host)) \(InternetAddress(server, port: port)) check weight 100 agent-check \
      agent-port \(agent.port) agent-send "\(agentSendText(Array(send.utf8)))\\n" agent-inter 2s
      """
    self.notes = notes
    self.isPlaceholder = isPlaceholder
    knowsPort = service.serverPort != nil
  }

  /// The address at which a load balancer most likely reaches the agent: not one that only this host sees.
  private static func reachable(_ addresses: [InternetAddress]) -> InternetAddress {
    addresses.first { !server(for: $0).address.isLoopback } ?? addresses[0]
  }

  /// The server's address: where the agent listens, if that is a single address.
  private static func server(for agent: InternetAddress) -> (address: IPAddress, isPlaceholder: Bool) {
    switch agent.host {
    case .every, .address(.v4(0)): return (placeholder4, true)
    case .address(.v6(0, 0)): return (placeholder6 ?? placeholder4, true)
    case .address(let address): return (address, false)
    }
  }
}

extension IPAddress {
  /// Whether only this host reaches it: 127.0.0.0/8, ::1.
  fileprivate var isLoopback: Bool {
    switch unmapped {
    case .v4(let bits): bits >> 24 == 127
    case .v6(let high, let low): high == 0 && low == 1
    }
  }
}

/// The name of a host as HAProxy takes it for a server: letters, digits and `_ . : -` (`invalid_char` in its source).
private func serverName(_ host: String) -> String {
  let bytes = host.utf8.map { byte in
    byte.isLetter || byte.isDigit || [.of("_"), .of("."), .of(":"), .of("-")].contains(byte) ? byte : UInt8.of("-")
  }
  return String(decoding: bytes, as: UTF8.self)
}
