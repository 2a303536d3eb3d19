// A probe below `metrics:`: what it asks, and how often.

import Diagnostics
import Language
import Metrics
import Text
import YAML

/// The ways of asking: the keys of which a probe has exactly one.
enum ProbeKind: String, CaseIterable {
  case exec, http, tcp, file

  /// All keys but those that say what is asked, in the order in which messages have them.
  private static let otherKeys = ["field", "send", "expect", "unit", "every", "timeout", "stale"]

  /// The keys of such a probe.
  var keys: [String] { Self.otherKeys.filter { has($0) } }

  private func has(_ key: String) -> Bool {
    switch key {
    case "field": self == .exec || self == .http
    case "send": self == .tcp
    case "expect": self == .http || self == .tcp
    default: true
    }
  }
}

/// The units that a probe's value can have.
let probeUnits: [(name: String, kind: Kind)] = [("percent", .percent), ("bytes", .bytes), ("seconds", .seconds)]
/// At most so many probes in a file and its fragments: each may have a process and three descriptors at a time, and a daemon
/// ordinarily has 1024.
public let maximumProbeCount = 250
/// The longest label or pointer.
let mostFieldBytes = 1000
/// The longest text that is looked for: nobody needs more to know an answer when he sees it.
let mostExpectedBytes = 255
/// The longest text to send: what the kernel takes at once.
let mostSentBytes = 4096
/// As many words as a command may have: far fewer than the kernel takes, far more than anyone writes.
let mostArguments = 100
/// The longest word of a command.
let mostArgumentBytes = 4096
/// What holds where a probe does not say.
private let ordinaryEvery = Duration.seconds(10)
private let ordinaryTimeout = Duration.seconds(1)

extension Loader {
  /// Reads a probe. Absent where something is wrong with it, which has then been complained about.
  func probe(_ name: PlacedText, _ value: Node, in outer: Section) -> Probe? {
    guard let section = Section(value, in: .probe, of: outer) else { return nil }
    let kinds = ProbeKind.allCases.filter { section.place(of: $0.rawValue) != nil }
    guard let kind = kinds.first else {
      if section.isComplete {
        complaints.add(.probeWithoutKind(name.text, at: name.range), in: name.source)
      }
      return nil
    }
    if kinds.count > 1 { return complain(of: kinds, in: section) }
    let hasForeignKeys = refuseForeignKeys(of: kind, in: section)
    let question = question(kind, section)
    let field = field(kind, section)
    let expect = kind == .http ? section.exactText("expect") : nil
    let unit = section.choice("unit").flatMap { name in probeUnits.first { $0.name == name }?.kind }
    let every = section.duration("every") ?? (kind == .file ? interval : ordinaryEvery)
    let timeout = section.duration("timeout") ?? min(ordinaryTimeout, every)
    let stale = section.duration("stale")
    if timeout > every, let text = section.written("timeout") {
      let isGiven = section.written("every") != nil
      complaints.add(.timeoutBeyondEvery(timeout, every, isGiven: isGiven, at: text.range), in: section.source)
      return nil
    }
    guard let question, !hasForeignKeys, !section.hasRefusedKeys, !section.isCutShort else { return nil }
    if case .command(let words) = question, let program = section.program {
      warnAboutProgram(words[0], program)
    }
    return Probe(
      name.text, question, field: field, expect: expect, unit: unit ?? .number, every: every, timeout: timeout,
      stale: stale ?? every * 3)
  }

  private func complain(of kinds: [ProbeKind], in section: Section) -> Probe? {
    let keys = kinds.map { $0.rawValue }
    var places = keys.compactMap { section.place(of: $0) }
    places.sort { $0.lowerBound < $1.lowerBound }
    complaints.add(.probeOfTwoKinds(keys, at: places[1]), in: section.source)
    return nil
  }

  /// Complains about keys that other kinds of probes have.
  private func refuseForeignKeys(of kind: ProbeKind, in section: Section) -> Bool {
    var hasAny = false
    for key in Key.all(in: .probe) where !kind.keys.contains(key.name) && key.name != kind.rawValue {
      guard let place = section.place(of: key.name) else { continue }
      complaints.add(.keyOfAnotherProbe(key.name, kind, at: place), in: section.source)
      hasAny = true
    }
    return hasAny
  }

  private func question(_ kind: ProbeKind, _ section: Section) -> Question? {
    switch kind {
    case .exec: return command(section).map { .command($0) }
    case .file: return section.path("file").map { .file($0) }
    case .http:
      guard let text = section.scalar("http") else { return nil }
      do throws(HTTPAddress.Mistake) {
        return .http(try HTTPAddress(text.text))
      } catch {
        complaints.add(.badURL(text.text, error), in: text)
        return nil
      }
    case .tcp:
      let (send, expect) = (section.exactText("send"), section.exactText("expect"))
      guard let text = section.scalar("tcp") else { return nil }
      do throws(Destination.Mistake) {
        return .tcp(try Destination(text.text), send: send, expect: expect)
      } catch {
        complaints.add(.badDestination(text.text, error), in: text)
        return nil
      }
    }
  }

  /// The program and its arguments.
  private func command(_ section: Section) -> [String]? {
    guard let texts = section.scalars("exec"), let program = texts.first, let node = section.node("exec") else {
      return nil
    }
    var words: [String] = []
    var isRight = true
    let isList = if case .sequence(let elements) = node.content { elements.count == texts.count } else { true }
    for text in texts {
      words.append(text.text)
      if text.text.utf8.contains(0) {
        complaints.add(.zeroByte("exec", at: text.range), in: text.source)
        isRight = false
      } else if text.text.utf8.count > mostArgumentBytes {
        complaints.add(
          .textTooLong("exec", text.text.utf8.count, maximum: mostArgumentBytes, at: text.range), in: text.source)
        isRight = false
      }
    }
    if words.count > mostArguments {
      complaints.add(.tooManyArguments(at: texts[mostArguments].range), in: section.source)
      isRight = false
    }
    let isScalar = if case .scalar = node.content { true } else { false }
    if isScalar, program.text.utf8.contains(where: { $0.isBlank }) {
      complaints.add(.commandIsNoList(program.text, at: program.range), in: program.source)
      return nil
    }
    guard program.text.utf8.first == .of("/") else {
      complaints.add(.programNotAbsolute(program.text, at: program.range), in: program.source)
      return nil
    }
    return isRight && isList ? words : nil
  }

  private func field(_ kind: ProbeKind, _ section: Section) -> String? {
    guard let field = section.exactText("field") else { return nil }
    guard kind == .http, field.utf8.first != .of("/"), let text = section.scalar("field") else { return field }
    complaints.add(.badPointer(field, at: text.range), in: text.source)
    return nil
  }

  private func warnAboutProgram(_ path: String, _ place: PlacedText) {
    guard let why = host?.host.obstacle(toRunning: path) else { return }
    complaints.add(.notExecutable(path, why: why, at: place.range), in: place.source)
  }
}

extension Section {
  /// Where the program of a command stands.
  fileprivate var program: PlacedText? { scalars("exec")?.first }
}
