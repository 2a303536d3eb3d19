// What is wrong with probes, as sentences.

import Diagnostics
import Language
import Metrics
import Text

extension Finding {
  static func tooManyProbes(at range: Range<Int>) -> Finding {
    Finding(
      .tooManyProbes, "more than \(maximumProbeCount) probes", at: range,
      hint: "this is the first one too many; one 'exec:' or 'http:' can look after several things, and say the worst")
  }

  static func probeWithoutKind(_ name: String, at range: Range<Int>) -> Finding {
    Finding(
      .probeWithoutKind, "the probe '\(name)' asks nothing", at: range,
      hint: "write what to ask: \(list(ProbeKind.allCases.map { "\($0.rawValue):" }, "or"))")
  }

  static func probeOfTwoKinds(_ keys: [String], at range: Range<Int>) -> Finding {
    Finding(
      .probeOfTwoKinds, "a probe asks one thing, not \(list(keys, "and"))", at: range,
      hint: "make a probe of its own of each, under another name")
  }

  static func keyOfAnotherProbe(_ key: String, _ kind: ProbeKind, at range: Range<Int>) -> Finding {
    Finding(
      .keyOfAnotherProbe, "a probe with '\(kind.rawValue)' has no '\(key)'", at: range,
      hint: "its keys are \(kind.rawValue), \(kind.keys.joined(separator: ", "))")
  }

  static func timeoutBeyondEvery(
    _ timeout: Duration, _ every: Duration, isGiven: Bool, at range: Range<Int>
  ) -> Finding {
    Finding(
      .timeoutBeyondEvery, "'timeout' is longer than 'every', which is \(durationText(every))", at: range,
      hint: isGiven
        ? "a probe never overlaps with itself: write \(durationText(every)) or less"
        : "write \(durationText(every)) or less, or 'every: \(durationText(timeout))'")
  }

  static func programNotAbsolute(_ path: String, at range: Range<Int>) -> Finding {
    Finding(
      .programNotAbsolute, "'\(path.shortened)' is no absolute path", at: range,
      hint: "there is no shell and no search path: write it from the root, as in '/usr/lib/nagios/plugins/check_load'")
  }

  static func commandIsNoList(_ text: String, at range: Range<Int>) -> Finding {
    let words = text.utf8.split(whereSeparator: { $0.isBlank }).map { "\"\(Substring($0))\"" }
    let isForShell = text.utf8.contains { "|&;<>()$`\\\"'*?~".utf8.contains($0) }
    let quoted = String(text.map { $0 == "'" ? "''" : "\($0)" }.joined())
    return Finding(
      .notAList, "a program with arguments is a list", at: range,
      hint: isForShell
        ? "there is no shell unless it is asked for: write [/bin/sh, -c, '\(quoted)']"
        : "there is no shell that takes a line apart: write [\(words.joined(separator: ", "))]")
  }

  static func tooManyArguments(at range: Range<Int>) -> Finding {
    Finding(
      .notAList, "more than \(mostArguments - 1) arguments", at: range, hint: "write a script, and its path here")
  }

  static func zeroByte(_ key: String, at range: Range<Int>) -> Finding {
    Finding(.zeroByte, "'\(key)' contains a NUL byte", at: range, hint: "no program can be told such an argument")
  }

  static func badPointer(_ field: String, at range: Range<Int>) -> Finding {
    // `$.queue[0].depth` is how JSONPath and jq have it.
    let path = field.utf8.first == .of("$") ? field.utf8.dropFirst() : field.utf8[...]
    let keys = path.split { $0 == .of(".") || $0 == .of("[") || $0 == .of("]") }.map { "/\(Substring($0))" }.joined()
    return Finding(
      .badPointer, "'\(field.shortened)' is no JSON pointer", at: range,
      hint: "it begins with a slash, and so does each key in it: write '\(keys.isEmpty ? "/" : keys)'")
  }

  static func notExecutable(_ path: String, why: String, at range: Range<Int>) -> Finding {
    Finding(
      .notExecutable, severity: .warning, "'\(path.shortened)' cannot be run here: \(why)", at: range,
      hint: "its metrics will be unknown, and its '.ok' no")
  }

  /// The range counts in the text.
  static func badURL(_ text: String, _ mistake: HTTPAddress.Mistake) -> Finding {
    let all = 0..<text.utf8.count
    let (message, range, hint): (String, Range<Int>, String) =
      switch mistake {
      case .encrypted: ("https is not spoken here", 0..<5, "use exec with curl: [/usr/bin/curl, -fsS, \"\(text)\"]")
      case .scheme(let range):
        ("'\(text.shortened)' is no URL", range, "write 'http://127.0.0.1:8080/health' or 'unix:/run/app.sock:/health'")
      case .character(let range):
        ("a URL has no such character in it", range, "write it as %20, or what it is in hexadecimal")
      case .fragment(let range): ("what follows '#' is never sent to a server", range, "leave it out")
      case .credentials(let range):
        (
          "a URL here has no user name in it", range,
          "use exec with curl, which takes a name and a password from a file"
        )
      case .socketPath(let range):
        (
          "this is no path of a socket", range.isEmpty ? all : range,
          "write an absolute path of at most \(Destination.longestSocketPath) bytes, as in 'unix:/run/app.sock:/health'"
        )
      case .destination(let mistake): destination(mistake, all, example: "http://127.0.0.1:8080/health")
      }
    return Finding(.badURL, message, at: range, hint: hint)
  }

  /// The range counts in the text.
  static func badDestination(_ text: String, _ mistake: Destination.Mistake) -> Finding {
    let (message, range, hint) = destination(mistake, 0..<text.utf8.count, example: "127.0.0.1:389")
    return Finding(.badDestination, message, at: range, hint: hint)
  }

  private static func destination(
    _ mistake: Destination.Mistake, _ all: Range<Int>, example: String
  ) -> (String, Range<Int>, String) {
    switch mistake {
    case .noHost: ("there is no host before the port", all, "write '\(example)'")
    case .noPort: ("there is no port", all, "write '\(example)'")
    case .port(let range): ("this is no port", range.isEmpty ? all : range, "write a number from 1 to 65535")
    case .brackets(let range): ("this is no IPv6 address in brackets", range, "write it as in \"[::1]:389\", in quotes")
    case .host(let range): ("this is neither an address nor a name of a host", range, "write it as in '\(example)'")
    case .url: ("a host and a port are expected here, no URL", all, "write '\(example)', or 'http:' in place of 'tcp:'")
    }
  }

  /// Words as a sentence has them: 'a', 'b' or 'c'.
  private static func list(_ words: [String], _ conjunction: String) -> String {
    let quoted = words.map { "'\($0)'" }
    guard quoted.count > 1, let last = quoted.last else { return quoted.first ?? "" }
    return quoted.dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
  }
}
