// What logcheck(8) would mail to the administrator of what a daemon has logged: warnings and errors, and nothing else. Every
// daemon of every test is asked about it, with the rules of the Debian package.

import Foundation

enum Logcheck {
  /// The rules of the package, without what logcheck takes out itself.
  static let rules = "\(repository)/debian/agentcheckd.logcheck.ignore.server"

  /// What the log says only where somebody runs the program by hand and reads it, or may say as a warning as well.
  private static let unfiltered = [
    "there is no /etc/agentcheckd/agentcheckd.yaml: going by the built-in rule",
    "try it: agentcheckd probe",
    "in haproxy.cfg: server",
    "HAProxy needs 'weight 100'",
    ": there is no control socket, and 'agentcheckd status' cannot ask this daemon",
    ": after a restart it is not known what was said before",
    ": cannot be given to group 'agentcheckd'",
  ]

  /// What is wrong with the rules, by lines of a log such as `2024-05-01 12:00:00.123 warning: cpu.idle is unknown`: an
  /// important one that would be ignored, an ordinary one that would be mailed. Lines of anything else do not matter.
  static func mistakes(in log: [String]) throws -> [String] {
    var events: [(text: String, isImportant: Bool)] = []
    var known: Set<String> = []
    for line in log {
      guard let time = line.prefixMatch(of: #/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} /#) else { continue }
      let message = String(line[time.range.upperBound...])
      guard known.insert(message).inserted, !unfiltered.contains(where: message.contains) else { continue }
      let level = ["warning: ", "error: "].first(where: message.hasPrefix)
      events.append((String(message.dropFirst(level?.count ?? 0)), level != nil))
    }
    guard !events.isEmpty else { return [] }

    // As it comes from the journal, and as logcheck does it: without spaces at the ends of lines.
    let folder = try TemporaryFolder()
    let patterns = try String(contentsOfFile: rules, encoding: .utf8).split(separator: "\n")
    try folder.write(patterns.filter { !$0.hasPrefix("#") }.joined(separator: "\n") + "\n", to: "rules")
    let lines = events.map { "Nov 23 14:07:00 web1 agentcheckd[4711]: \($0.text)".replacing(#/\s+$/#, with: "") }
    try folder.write(lines.joined(separator: "\n") + "\n", to: "log")
    let grep = try CommandRun(
      ["-E", "--text", "-n", "-f", "\(folder.path)/rules", "\(folder.path)/log"], executable: "/bin/grep")
    guard [.code(0), .code(1)].contains(grep.status) else { throw Failure("grep: \(grep.errors)") }
    let ignored = Set(grep.lines.compactMap { $0.split(separator: ":").first.flatMap { Int($0) } })
    return events.enumerated().compactMap { index, event in
      guard ignored.contains(index + 1) == event.isImportant else { return nil }
      return event.isImportant
        ? "\(rules) hides from the administrator: \(event.text)" : "\(rules) has no line for: \(event.text)"
    }
  }
}
