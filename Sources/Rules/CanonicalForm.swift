// A rule set as a rule file again: fragments merged, every default spelled out, names and expressions as they were
// declared. Reading it gives the same rule set, and writing that gives the same text.

import Language
import Metrics
import Reply
import Text

extension RuleSet {
  /// The rule file that spells out what this rule set means. Its keys stand in the order of `Key.all`.
  public var canonicalForm: String {
    var page = CanonicalPage()
    let only = implicitService
    for key in Key.all(in: .file) {
      switch key.name {
      case "listen": if let only { page.addresses(only) }
      case "allow": if let only { page.networks(only) }
      case "default": if let only { page.add(key.name, only.defaults.description) }
      case "server-port": if let port = only?.serverPort { page.add(key.name, "\(port)") }
      case "arrival": if let arrival = only?.arrival { page.arrival(arrival) }
      case "on-stop": if let onStop { page.add(key.name, onStop.description) }
      case "on-stop-for": if onStop != nil { page.add(key.name, durationText(onStopFor)) }
      case "interval": page.add(key.name, durationText(interval))
      case "stale": page.add(key.name, durationText(stale))
      case "ready-for": page.add(key.name, durationText(readyFor))
      case "agent-send-timeout": page.add(key.name, durationText(agentSendTimeout))
      case "control-group": if let controlGroup { page.add(key.name, controlGroup) }
      case "paths":
        page.open(key.name)
        page.add("proc", roots.proc)
        page.add("sys", roots.sys)
        page.close()
      case "metrics" where !declaredMetrics.isEmpty:
        page.open(key.name)
        for metric in declaredMetrics {
          switch metric.meaning {
          case .expression(let text): page.add(metric.name, text)
          case .probe(let probe): page.probe(metric.name, probe)
          }
        }
        page.close()
      case "rules":
        page.rules(rules.filter { $0.service == nil })
      case "services" where only == nil:
        page.open(key.name)
        for service in services { page.service(service, rules.filter { $0.service == service.name }) }
        page.close()
      case "observe": page.observation(observation)
      default:
        // `damping` stands in each rule that has it, what `include` names is merged.
        break
      }
    }
    return page.text
  }

  /// The only service, if a file without `services:` can say all of it.
  private var implicitService: Service? {
    guard services.count == 1, services[0].name == Service.implicitName, services[0].agentSend == nil,
      !rules.contains(where: { $0.service != nil })
    else { return nil }
    return services[0]
  }
}

/// The lines of a canonical form.
private struct CanonicalPage {
  private(set) var text = ""
  private var indentation = 0
  /// Stands before the next line in place of the blanks: the `- ` of an element.
  private var hasDash = false

  mutating func add(_ key: String, _ value: String) { line("\(scalarText(key)): \(scalarText(value))") }

  mutating func open(_ key: String) {
    line("\(scalarText(key)):")
    indentation += 2
  }

  mutating func close() { indentation -= 2 }

  private mutating func line(_ content: String) {
    let dash = hasDash ? 2 : 0
    text += String(repeating: " ", count: indentation - dash) + (hasDash ? "- " : "") + content + "\n"
    hasDash = false
  }

  mutating func addresses(_ service: Service) { addresses(service.addresses, as: "listen") }

  mutating func addresses(_ addresses: [InternetAddress], as key: String) {
    guard !addresses.isEmpty else { return }
    open(key)
    for address in addresses { line("- \(scalarText("\(address)"))") }
    close()
  }

  mutating func observation(_ observation: Observation) {
    guard !observation.isEmpty else { return }
    open("observe")
    addresses(observation.addresses, as: "listen")
    networks(observation.allow)
    addresses(observation.balancerAddresses, as: "balancers")
    if let path = observation.textFile { add("textfile", path) }
    close()
  }

  mutating func networks(_ service: Service) { networks(service.allow) }

  /// Everyone has no word of its own, and is therefore only a comment.
  mutating func networks(_ allow: AddressSet?) {
    guard let allow else { return line("# allow: everyone") }
    open("allow")
    for block in allow.blocks { line("- \(scalarText("\(block)"))") }
    close()
  }

  mutating func arrival(_ arrival: Arrival) {
    open("arrival")
    add("from", "\(arrival.fromPercent)%")
    add("over", durationText(arrival.over))
    add("after", arrival.after.rawValue)
    close()
  }

  mutating func service(_ service: Service, _ rules: [Rule]) {
    open(service.name)
    for key in Key.all(in: .service) {
      switch key.name {
      case "listen": addresses(service)
      case "allow": networks(service)
      case "default": add(key.name, service.defaults.description)
      case "server-port": if let port = service.serverPort { add(key.name, "\(port)") }
      case "arrival": if let arrival = service.arrival { self.arrival(arrival) }
      case "agent-send": if let agentSend = service.agentSend { add(key.name, agentSend) }
      default: self.rules(rules)
      }
    }
    close()
  }

  mutating func probe(_ name: String, _ probe: Probe) {
    open(name)
    for key in Key.all(in: .probe) {
      if key.name == ProbeKind.exec.rawValue, case .command(let words) = probe.question {
        open(key.name)
        for word in words { line("- \(scalarText(word))") }
        close()
      } else if let value = probe.value(of: key.name) {
        add(key.name, value)
      }
    }
    close()
  }

  mutating func rules(_ rules: [Rule]) {
    guard !rules.isEmpty else { return }
    open("rules")
    indentation += 2
    for rule in rules {
      hasDash = true
      for key in Key.all(in: .rule) {
        if let value = rule.value(of: key.name) { add(key.name, value) }
      }
    }
    indentation -= 2
    close()
  }
}

extension Probe {
  /// What a key of this probe says, its default included; nothing where it has no such key.
  fileprivate func value(of key: String) -> String? {
    switch (key, question) {
    case ("http", .http(let address)): address.text
    case ("tcp", .tcp(let destination, _, _)): "\(destination)"
    case ("file", .file(let path)): path
    case ("send", .tcp(_, let send, _)): send
    case ("expect", .tcp(_, _, let expect)): expect
    case ("expect", _): expect
    case ("field", _): field
    case ("unit", _): probeUnits.first { $0.kind == unit }?.name
    case ("every", _): durationText(every)
    case ("timeout", _): durationText(timeout)
    case ("stale", _): durationText(stale)
    default: nil
    }
  }
}

extension Rule {
  /// What a key of this rule says, its default included; nothing where a key that was left out has no word for that.
  fileprivate func value(of key: String) -> String? {
    switch key {
    case "name": name
    case "when": when?.text
    case "for": durationText(timing.activeAfter)
    case "until": until?.text
    case "keep-for": durationText(timing.keepFor)
    case "reply": words == Words() ? nil : words.description
    case "weight": weight?.text
    case "maxconn": maxconn?.text
    case "reason": reason
    case "unknown": timing.unknown.rawValue
    case "damping": weight == nil ? nil : durationText(damping)
    case "dry-run": isDryRun ? "true" : "false"
    default: preconditionFailure("a key without a canonical form")
    }
  }
}

/// A text as a scalar: as it is where no reader of YAML can take it for anything else, and in quotes otherwise.
private func scalarText(_ text: String) -> String {
  let bytes = Array(text.utf8)
  if let first = bytes.first, first.isLetter || first.isDigit || first == .of("/"), bytes.last != .of(" "),
    bytes.indices.allSatisfy({ isPlain(bytes, $0) }), !convertedWords.contains(text.lowercased())
  {
    return text
  }
  let isOrdinary = text.unicodeScalars.allSatisfy { !$0.isForeignToQuotes }
  var quoted = isOrdinary ? "'" : "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "'" where isOrdinary: quoted += "''"
    case "\"" where !isOrdinary: quoted += "\\\""
    case "\\" where !isOrdinary: quoted += "\\\\"
    case _ where scalar.isForeignToQuotes:
      let digits = String(scalar.value, radix: 16, uppercase: true)
      quoted += "\\U" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
    default: quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted + (isOrdinary ? "'" : "\"")
}

/// Whether a byte means nothing to YAML where it stands in a text. A number sign is not looked at more closely; a colon is
/// for the sake of `maxconn:30`, while `1:30` is a number to some.
private func isPlain(_ bytes: [UInt8], _ index: Int) -> Bool {
  let byte = bytes[index]
  if byte == .of(":") { return index + 1 < bytes.count && bytes[index + 1].isDigit && bytes[0].isLetter }
  return byte.isLetter || byte.isDigit || plainSigns.contains(byte)
}

/// Signs that mean nothing to YAML within a text.
private let plainSigns = Array(" ._/%<>=+*()-,;\"".utf8)

/// Words that other readers of YAML take for something else than a text.
private let convertedWords = ["y", "n", "yes", "no", "on", "off", "null"]

extension Unicode.Scalar {
  /// Whether it cannot stand in quotes as it is: what is no printable character to YAML, ends a line, or would make a line
  /// look like another.
  fileprivate var isForeignToQuotes: Bool { !isHarmless(value) || value == 0xFFFE || value == 0xFFFF }
}
