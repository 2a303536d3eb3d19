// Every key of the rule file, once. The reader refuses what is not here, the suggestions come from here, and so do the
// JSON Schema and the test that compares the manual page with the code.

import Language

/// A mapping of the rule file that has keys of its own.
public enum Place: String, CaseIterable, Sendable {
  /// The top of the rule file.
  case file
  /// `paths:`.
  case paths
  /// `arrival:`.
  case arrival
  /// An element of a `rules:` list.
  case rule
  /// `observe:`, where it is a mapping.
  case observe
  /// A value under `services:`.
  case service
  /// A value under `metrics:` that is a mapping.
  case probe

  /// As messages call it.
  var description: String {
    switch self {
    case .file: "the rule file"
    case .paths: "'paths'"
    case .arrival: "'arrival'"
    case .rule: "a rule"
    case .observe: "'observe'"
    case .service: "a service"
    case .probe: "a probe"
    }
  }

  /// Where such a mapping stands, behind `description`.
  var whereabouts: String {
    switch self {
    case .file, .paths, .observe: ""
    case .arrival: ": write it below 'arrival:'"
    case .rule: ": write it below a '- ' under 'rules:'"
    case .service: ": write it below the service's name, under 'services:'"
    case .probe: ": write it below the probe's name, under 'metrics:'"
    }
  }
}

/// What may stand as the value of a key.
public enum Shape: Sendable {
  /// A span of time from the one to the other, both included.
  case duration(from: Duration, to: Duration)
  /// One line of text of at most so many bytes.
  case text(maximumBytes: Int)
  /// A text of at most so many bytes, taken exactly as it is, whatever is in it.
  case exactText(maximumBytes: Int)
  /// A program by its absolute path, or a list of it and its arguments.
  case command
  /// A URL that a probe can fetch.
  case url
  /// `HOST:PORT`
  case destination
  /// An absolute path.
  case path
  /// `true` or `false`.
  case boolean
  /// One of a few words.
  case choice([String])
  /// HAProxy's words.
  case words
  /// A whole percentage from 1% to 100%.
  case percent
  /// A number of a TCP port, from 1 to 65535.
  case port
  /// An expression of this kind.
  case expression(Expectation)
  /// One address to listen on, or a list of them.
  case addresses
  /// One address to listen on, a list of them, or a mapping with these keys.
  case addressesOrMapping(Place)
  /// One network or address, or a list of them.
  case networks
  /// One file name pattern, or a list of them.
  case patterns
  /// A mapping with these keys.
  case mapping(Place)
  /// A list of such mappings.
  case list(Place)
  /// A mapping from names to such mappings.
  case named(Place)
  /// A mapping from names to expressions or probes.
  case metrics
}

/// One key of the rule file.
public final class Key: Sendable {
  /// As it is written.
  public let name: String
  /// The mapping that it belongs to.
  public let place: Place
  /// What it takes.
  public let shape: Shape
  /// One sentence for the schema and for editors.
  public let help: String
  /// What holds where it is left out, as it would be written; nothing where there is no such thing.
  public let standard: String?
  /// Whether an included file may have it, too.
  public let isForFragments: Bool

  init(
    _ name: String, in place: Place, _ shape: Shape, standard: String? = nil, isForFragments: Bool = false,
    _ help: String
  ) {
    self.name = name
    self.place = place
    self.shape = shape
    self.help = help
    self.standard = standard
    self.isForFragments = isForFragments
  }

  /// All keys, in the order in which the manual page and the canonical form have them.
  public static let all: [Key] = [
    Key(
      "listen", in: .file, .addresses, standard: ":9999",
      "One address or a list; \":9999\" is every address of the host, IPv4 and IPv6."),
    Key("allow", in: .file, .networks, "Networks and addresses that may probe; everyone if left out."),
    Key(
      "interval", in: .file, .duration(from: .milliseconds(100), to: .seconds(3600)), standard: "1s",
      "How often the metrics in use are sampled."),
    Key(
      "stale", in: .file, .duration(from: .zero, to: longest),
      "How long a metric that cannot be read keeps its last value; 3 intervals if left out."),
    Key(
      "damping", in: .file, .duration(from: .zero, to: .seconds(3600)), standard: "10s",
      "The time constant of computed weights; at least four times HAProxy's agent-inter."),
    Key(
      "ready-for", in: .file, .duration(from: .zero, to: .seconds(86400)), standard: "1m",
      "How long each load balancer is told 'ready' after a 'drain' or 'maint' of this agent's own has ended."),
    Key(
      "agent-send-timeout", in: .file, .duration(from: .milliseconds(10), to: .seconds(2)), standard: "200ms",
      "How long a client may stay silent where HAProxy's agent-send picks the service."),
    Key(
      "server-port", in: .file, .port,
      "The port of this host that load balancers send traffic to; 'force --wait' and 'haproxy' use it."),
    Key(
      "arrival", in: .file, .mapping(.arrival),
      "A limit of the weight that rises after the host has started; none if left out."),
    Key(
      "on-stop", in: .file, .words, "Words in place of the rules' before a requested end, but not before a restart."),
    Key(
      "on-stop-for", in: .file, .duration(from: .seconds(1), to: .seconds(60)), standard: "10s",
      "How long the words of 'on-stop' are said: longer than HAProxy's agent-inter."),
    Key(
      "control-group", in: .file, .text(maximumBytes: longestGroupName),
      "A group whose members may change things on the control socket, as root and the daemon's user may."),
    Key(
      "include", in: .file, .patterns,
      "Fragments whose metrics, rules and services are added: file name patterns relative to this file."),
    Key("paths", in: .file, .mapping(.paths), "The roots of the kernel's files."),
    Key(
      "metrics", in: .file, .metrics, isForFragments: true, "Names for what the rules talk about."),
    Key(
      "rules", in: .file, .list(.rule), isForFragments: true,
      "Conditions, and the replies that hold while they are active."),
    Key(
      "default", in: .file, .words,
      "What is said about each thing that no active rule speaks of; 'up' and '100%' are filled in."),
    Key(
      "services", in: .file, .named(.service), isForFragments: true,
      "Sets of rules with one reply each, served at an address or picked by HAProxy's agent-send."),
    Key(
      "observe", in: .file, .addressesOrMapping(.observe),
      "Where the daemon shows over HTTP what it measures, concludes and does: an address, a list, or a mapping."),

    Key(
      "listen", in: .observe, .addresses,
      "Addresses of /metrics (for Prometheus), /status, /health, and of what load balancers ask by HTTP."),
    Key("allow", in: .observe, .networks, "Networks and addresses that may ask there; everyone if left out."),
    Key(
      "balancers", in: .observe, .addresses,
      "Addresses of nothing but /load and /health/SERVICE, for load balancers that ask by HTTP and may probe."),
    Key(
      "textfile", in: .observe, .path,
      "A file that ends in '.prom' and gets the metrics every 15 seconds, for the textfile collector of node_exporter."
    ),

    Key("from", in: .arrival, .percent, standard: "10%", "The limit at the start."),
    Key(
      "over", in: .arrival, .duration(from: .zero, to: .seconds(86400)), standard: "5m",
      "The time in which the limit rises to 100%; with 0s there is none."),
    Key(
      "after", in: .arrival, .choice(Arrival.Start.allCases.map { $0.rawValue }), standard: "host",
      "Which start it is: the host's, or each start of the daemon, restarts and crashes included."),

    Key("proc", in: .paths, .path, standard: "/proc", "In place of /proc."),
    Key("sys", in: .paths, .path, standard: "/sys", "In place of /sys."),

    Key(
      "name", in: .rule, .text(maximumBytes: mostNameBytes),
      "In the log, in the status and, without a reason, for HAProxy; unique within its service."),
    Key("when", in: .rule, .expression(.condition), "The rule becomes active when this holds; always if left out."),
    Key(
      "for", in: .rule, .duration(from: .zero, to: longest), standard: "0s",
      "... and has held this long without a break."),
    Key(
      "until", in: .rule, .expression(.condition),
      "The rule stays active until this holds (hysteresis); until 'when' does not, if left out."),
    Key(
      "keep-for", in: .rule, .duration(from: .zero, to: longest), standard: "0s",
      "... and has held this long without a break."),
    Key(
      "reply", in: .rule, .words,
      "Words as HAProxy spells them, separated by blanks or commas: 50%, drain, maint, ready, up, down, fail, stopped, maxconn:30."
    ),
    Key("weight", in: .rule, .expression(.percent), "A computed weight, damped; limited to 1% to 256%."),
    Key("maxconn", in: .rule, .expression(.number), "A computed number of connections, rounded down, at least 1."),
    Key("reason", in: .rule, .text(maximumBytes: mostNameBytes), "The text for HAProxy; the name if left out."),
    Key(
      "unknown", in: .rule, .choice(UnknownPolicy.allCases.map { $0.rawValue }), standard: "hold",
      "What an unknown 'when' or 'until' does."),
    Key(
      "damping", in: .rule, .duration(from: .zero, to: .seconds(3600)),
      "The time constant of this rule's computed weight; the file's if left out."),
    Key(
      "dry-run", in: .rule, .boolean, standard: "false",
      "true: evaluate, log and show the rule, but leave its reply out."),

    Key("listen", in: .service, .addresses, "In place of the file's."),
    Key("allow", in: .service, .networks, "In place of the file's."),
    Key(
      "default", in: .service, .words, "Replaces the file's, thing by thing."),
    Key(
      "agent-send", in: .service, .text(maximumBytes: 254),
      "The text by which HAProxy picks this service among those of one address."),
    Key("server-port", in: .service, .port, "In place of the file's."),
    Key("arrival", in: .service, .mapping(.arrival), "In place of the file's, as a whole."),
    Key("rules", in: .service, .list(.rule), "Rules of this service, added to the file's."),

    Key(
      "exec", in: .probe, .command,
      "A program and its arguments, a list; there is no shell. The value is the number that its output begins with."),
    Key(
      "http", in: .probe, .url,
      "A URL to fetch: http://HOST:PORT/PATH or unix:/SOCKET:/PATH. The value is the number that the body is."),
    Key("tcp", in: .probe, .destination, "HOST:PORT to connect to. The value is the number behind the expected text."),
    Key("file", in: .probe, .path, "A file to read. The value is the number that it begins with."),
    Key(
      "field", in: .probe, .exactText(maximumBytes: mostFieldBytes),
      "What to take as the value: of exec, a label of Nagios performance data; of http, a JSON pointer such as /queue/depth."
    ),
    Key(
      "expect", in: .probe, .exactText(maximumBytes: mostExpectedBytes),
      "A text that the answer must contain; of http and tcp."),
    Key(
      "send", in: .probe, .exactText(maximumBytes: mostSentBytes),
      "A text to send first, of tcp; in double quotes, \\r\\n is the end of a line."),
    Key("unit", in: .probe, .choice(probeUnits.map { $0.name }), "What the value is; a number if left out."),
    Key(
      "every", in: .probe, .duration(from: .milliseconds(100), to: .seconds(86400)), standard: "10s",
      "How often to ask; of a file, if left out, at every interval."),
    Key(
      "timeout", in: .probe, .duration(from: .milliseconds(10), to: .seconds(86400)), standard: "1s",
      "How long an answer may take; at most 'every'."),
    Key(
      "stale", in: .probe, .duration(from: .zero, to: longest),
      "How long the last value counts after an attempt that failed; 3 times 'every' if left out."),
  ]

  /// The keys of one mapping.
  public static func all(in place: Place) -> [Key] { all.filter { $0.place == place } }

  /// The key of this name in one mapping. Every key of every rule is looked up here.
  static func named(_ name: String, in place: Place) -> Key? { tables[place]?[name] }

  private static let tables: [Place: [String: Key]] = {
    var tables: [Place: [String: Key]] = [:]
    for key in all { tables[key.place, default: [:]][key.name] = key }
    return tables
  }()

  /// The longest name of a group, in bytes: what useradd(8) and its like allow.
  static let longestGroupName = 32

  /// What no duration is longer than.
  static let longest = Duration.seconds(longestDurationDays * 86400)

  /// Words that people write for a key of ours, by habit from other tools: the key, or a sentence that says more.
  static let habits: [(written: String, place: Place, meant: String)] = [
    ("if", .rule, "when"), ("condition", .rule, "when"), ("expr", .rule, "when"), ("then", .rule, "reply"),
    ("action", .rule, "reply"), ("response", .rule, "reply"), ("clear", .rule, "until"),
    ("unless", .rule, "write 'when: not (...)'"),
    ("hysteresis", .rule, "until"), ("hold", .rule, "keep-for"), ("duration", .rule, "for"),
    ("description", .rule, "reason"), ("message", .rule, "reason"),
    ("enabled", .rule, "'dry-run: true' switches a rule off"), ("disabled", .rule, "dry-run"),
    ("alert", .rule, "name"), ("id", .rule, "name"),
    ("else", .rule, otherwise), ("otherwise", .rule, otherwise), ("default", .rule, otherwise),
    ("<<", .rule, "mappings are not merged here: write the keys out"),
    ("bind", .file, "listen"), ("port", .file, ports), ("address", .file, "listen"), ("every", .file, "interval"),
    ("rule", .file, "rules"), ("checks", .file, "rules"), ("service", .file, "services"),
    ("prometheus", .file, "observe"), ("exporter", .file, "observe"), ("monitoring", .file, "observe"),
    ("address", .observe, "listen"), ("port", .observe, "listen"), ("bind", .observe, "listen"),
    ("file", .observe, "textfile"), ("path", .observe, "textfile"), ("load", .observe, "balancers"),
    ("health", .observe, "balancers"),
    ("variables", .file, "metrics"), ("whitelist", .file, "allow"), ("acl", .file, "allow"),
    ("command", .probe, "exec"), ("cmd", .probe, "exec"), ("script", .probe, "exec"), ("run", .probe, "exec"),
    ("url", .probe, "http"), ("get", .probe, "http"), ("https", .probe, encrypted), ("path", .probe, "file"),
    ("port", .probe, "it stands behind the host, as in 'tcp: 127.0.0.1:389'"), ("connect", .probe, "tcp"),
    ("json", .probe, "field"), ("pointer", .probe, "field"),
    ("label", .probe, "field"), ("match", .probe, "expect"), ("contains", .probe, "expect"),
    ("regex", .probe, "a text is looked for, not a pattern: write it under 'expect:'"),
    ("interval", .probe, "every"), ("period", .probe, "every"), ("kind", .probe, "unit"),
    ("method", .probe, onlyGet), ("headers", .probe, onlyGet), ("body", .probe, onlyGet),
    ("port", .service, ports), ("bind", .service, "listen"), ("send", .service, "agent-send"),
  ]

  private static let ports = "the agent's own address is 'listen', the application's port is 'server-port'"
  private static let onlyGet = "http: sends a plain GET; for anything else use exec with curl"
  /// What to do about a server that is only reached by https.
  static let encrypted =
    "there is no https here: use exec with curl, as in exec: [/usr/bin/curl, -fsS, \"https://...\"]"
  private static let otherwise = "what holds while no rule does stands under 'default:' at the top of the file"
}
