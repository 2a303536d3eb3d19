// What a rule file means, once nothing is wrong with it: plain values, in which every expression is already a program.

import Language
import Metrics
import Reply
import Text

/// A checked rule file with its fragments.
public struct RuleSet {
  /// How often the metrics in use are sampled: 100 ms to 1 h.
  public let interval: Duration
  /// How long a metric that cannot be read keeps its last value; three intervals where the file does not say.
  public let stale: Duration
  /// How long each load balancer is told `ready` after a `drain` or `maint` of ours has ended.
  public let readyFor: Duration
  /// How long a client of an address with `agent-send` services may stay silent: 10 ms to 2 s.
  public let agentSendTimeout: Duration
  /// What is told before a requested end; nothing where nothing is said.
  public let onStop: Words?
  /// How long that is told: 1 s to 60 s.
  public let onStopFor: Duration
  /// The group whose members may change things on the control socket; nobody's where nothing is said.
  public let controlGroup: String?
  /// The roots of the kernel's files.
  public let roots: Roots
  /// Every rule once: the file's first, then those of each service.
  public let rules: [Rule]
  /// At least one.
  public let services: [Service]
  /// Where it can be watched what the daemon does.
  public let observation: Observation
  /// The programs of all rules and the metrics that they read.
  public let assembly: Assembly
  /// What the metrics' names mean: the catalogue that `assembly.references` counts in.
  public let catalogue: Catalogue
  /// The probes that `metrics:` declares: the catalogue's sources behind those of `Catalogue.host`.
  public let probes: [Probe]
  /// What `metrics:` declares, in the order of the files.
  public let declaredMetrics: [DeclaredMetric]
}

/// A name under `metrics:`.
public struct DeclaredMetric {
  /// As rules use it.
  public let name: String
  /// What it stands for.
  public let meaning: Meaning

  /// What a name stands for.
  public enum Meaning {
    /// An expression, as it was written but for its blanks.
    case expression(String)
    /// A probe.
    case probe(Probe)
  }
}

/// A set of rules with one reply, served at an address or picked by HAProxy's `agent-send`.
public struct Service {
  /// Its key under `services:`, or `default`.
  public let name: String
  /// The name of the one service of a file without `services:`.
  public static let implicitName = "default"
  /// Where it is served, each once.
  public let addresses: [InternetAddress]
  /// Who may probe it; everyone where nothing is said.
  public let allow: AddressSet?
  /// The text by which HAProxy picks it among the services of one address.
  public let agentSend: String?
  /// The port of this host that load balancers send traffic to, where the file tells.
  public let serverPort: Int?
  /// How its weight rises after a start; at once where nothing is said.
  public let arrival: Arrival?
  /// Indices in `RuleSet.rules`, in the order of the file.
  public let rules: [Int]
  /// What is said about each thing that no active rule speaks of. Always has a health word.
  public let defaults: Words
  /// The slots of the metrics that its rules read.
  public let references: [Int]
}

/// A condition and the reply that holds while it is active.
public struct Rule {
  /// The service whose own rule it is; nothing for a rule of the file, which all services share.
  public let service: String?
  /// Unique within its service.
  public let name: String
  /// Active when this holds; always, where nothing is said.
  public let when: Condition?
  /// Stays active until this holds; where nothing is said, until `when` does not.
  public let until: Condition?
  /// How long each must have held, and what unknown does.
  public let timing: RuleTiming
  /// The constant words.
  public let words: Words
  /// A computed weight, in percent.
  public let weight: Computed?
  /// A computed number of connections.
  public let maxconn: Computed?
  /// The time constant of a computed weight.
  public let damping: Duration
  /// The text for HAProxy.
  public let reason: String
  /// Evaluated and shown, but left out of the reply.
  public let isDryRun: Bool

  /// What it speaks of when it is active.
  public var things: Things {
    var things = words.things
    if weight != nil { things.insert(.weight) }
    if maxconn != nil { things.insert(.maxconn) }
    return things
  }
}

/// How a rule goes from state to state.
public struct RuleTiming: Equatable, Sendable {
  /// `for`: active when `when` has held this long without a break.
  public let activeAfter: Duration
  /// `keep-for`: inactive when `until` has held this long without a break.
  public let keepFor: Duration
  /// What an unknown condition does.
  public let unknown: UnknownPolicy

  /// Spans of time of no length at least.
  public init(activeAfter: Duration = .zero, keepFor: Duration = .zero, unknown: UnknownPolicy = .hold) {
    self.activeAfter = activeAfter
    self.keepFor = keepFor
    self.unknown = unknown
  }
}

/// A checked expression with its program.
public struct Computed {
  /// As it was written but for its blanks.
  public let text: String
  /// Its meaning, names expanded.
  public let checked: Checked
  /// Its place in the rule set's assembly.
  public let program: Program
}

/// A computed yes or no.
public typealias Condition = Computed

extension Condition {
  /// The text of its opposite.
  var oppositeText: String {
    if case .not(let part) = checked.term.form, checked.term.name == nil { part.shortText } else { "not (\(text))" }
  }
}

/// What an unknown `when` or `until` does to its rule.
public enum UnknownPolicy: String, CaseIterable, Sendable {
  /// Nothing: it neither makes the rule active nor ends it, and the time does not count.
  case hold
  /// The rule goes the way to inactive: `when` counts as no, `until` as yes.
  case inactive
  /// The rule goes the way to active: `when` counts as yes, `until` as no.
  case active
}

extension RuleSet {
  /// How much there is of it: `2 metrics, 1 rule, 1 service`.
  public var summary: String {
    [(declaredMetrics.count, "metric"), (rules.count, "rule"), (services.count, "service")]
      .map { count, noun in "\(count) \(noun)\(count == 1 ? "" : "s")" }.joined(separator: ", ")
  }
}

extension RuleSet {
  /// Where its services are served, each address once.
  public var addressList: String {
    var addresses: [InternetAddress] = []
    for service in services {
      for address in service.addresses where !addresses.contains(address) { addresses.append(address) }
    }
    return addresses.map { "\($0)" }.joined(separator: ", ")
  }
}
