// A recorded host: the files under Tests/Fixtures/<kernel>-<role>/, `proc` and `sys` first, and what had changed in
// `proc.5s` and `sys.5s` five seconds later. A file NAME that could not be read is there as `NAME.errno`, with the number.
// `statvfs` holds what that call said, `files` what a helper found out about files and directories, `netlink` what
// sock_diag answered, a datagram in each line; `clock` hour, minute and weekday at both times; `expected` what the metrics must be.

import Foundation
import Metrics
import Testing

struct FixtureHost: CustomTestStringConvertible {
  let name: String

  static let all = ["4.18-database", "5.10-large", "6.1-single", "6.8-container"].map { FixtureHost(name: $0) }

  var testDescription: String { name }

  var directory: String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path + "/Fixtures/\(name)"
  }

  private func roots(_ moment: String) -> Roots {
    Roots(proc: "\(directory)/proc\(moment)", sys: "\(directory)/sys\(moment)")
  }

  /// One of the host's own pages, by lines.
  func lines(_ file: String) throws -> [String] {
    try String(contentsOfFile: "\(directory)/\(file)", encoding: .utf8).split(separator: "\n").map(String.init)
  }

  /// What an input says, in the first or the second sample.
  func contents(of input: Input, later: Bool) -> [UInt8]? {
    guard case .file = input else { return nil }
    for moment in later ? [".5s", ""] : [""] {
      if let data = FileManager.default.contents(atPath: roots(moment).path(of: input)) { return [UInt8](data) }
    }
    return nil
  }

  /// Where its control groups are.
  var groups: ControlGroups {
    let mounts = contents(of: ControlGroups.mounts, later: false) ?? []
    let memberships = contents(of: ControlGroups.memberships, later: false) ?? []
    return ControlGroups(mounts: mounts.span, memberships: memberships.span, roots: Roots())
  }

  /// Why an input could not be read.
  private func failure(of input: Input) -> Absence {
    guard case .file = input,
      let data = FileManager.default.contents(atPath: roots("").path(of: input) + ".errno")
    else { return .system(code: 2) }
    return .system(code: Int32(String(decoding: data.dropLast(), as: UTF8.self))!)
  }

  /// What statvfs said of a path.
  func facts(of path: String) throws -> FilesystemFacts? {
    for line in try lines("statvfs") {
      let words = line.split(separator: " ")
      guard words[0] == path else { continue }
      let numbers = words.dropFirst().map { UInt64($0)! }
      return FilesystemFacts(
        blockSize: numbers[0], blocks: numbers[1], blocksFree: numbers[2], blocksAvailable: numbers[3],
        inodes: numbers[4], inodesFree: numbers[5], readOnly: numbers[6] == 1)
    }
    return nil
  }

  /// What a helper has found out of the process that a file names: `PATH pid NUMBER` or `PATH errno NUMBER`.
  private func lookAtProcess(
    of path: String, _ wantsFiles: Bool, _ index: Int, _ readings: Readings, later: Bool, at now: Duration
  ) throws {
    var number = 0
    for line in try lines("files") where line.hasPrefix("\(path) ") {
      let words = line.split(separator: " ")
      if words[1] == "errno" { return readings.fail(index, .system(code: Int32(words[2])!)) }
      number = Int(words[2])!
    }
    readings.accept(index, process(number, wantsFiles: wantsFiles, later: later, at: now))
  }

  /// What is known of a listener, over netlink where that is recorded.
  private func listener(_ question: ListenerQuestion, later: Bool) -> ListenerFacts {
    guard let datagrams = try? lines("netlink") else {
      var tally = ListenerTally([question], knowsBacklog: false)
      for (table, read) in [
        ("tcp", SocketTables.readTCP), ("tcp6", SocketTables.readTCP), ("unix", SocketTables.readUnix),
      ] {
        let text = contents(of: .file(root: .net, path: table), later: later) ?? []
        read(text.span, &tally)
      }
      return tally.facts[0]
    }
    var tally = ListenerTally([question], knowsBacklog: true)
    for datagram in datagrams { _ = SocketDump.read(bytes(ofHexadecimal: datagram).span, sequence: 1, into: &tally) }
    return tally.facts[0]
  }

  /// What a helper has found out: `PATH size BYTES age SECONDS contents TEXT`, `PATH entries COUNT oldest SECONDS` and
  /// `PATH errno NUMBER`.
  private func answer(_ index: Int, _ input: Input, _ path: String, _ readings: Readings) throws {
    for line in try lines("files") where line.hasPrefix("\(path) ") {
      let words = line.dropFirst(path.count + 1).split(separator: " ", maxSplits: 5)
      func seconds(_ place: Int) -> Duration { .seconds(Double(words[place])!) }
      switch (input, words[0]) {
      case (.status, "size"): return readings.accept(index, FileFacts(size: UInt64(words[1])!, age: seconds(3)))
      case (.contents, "size"): return readings.accept(index, Array(words[5].utf8).span)
      case (.directory, "entries"):
        let entries = Int(words[1])!
        return readings.accept(
          index,
          DirectoryFacts(entries: entries, isWhole: entries < DirectoryFacts.mostEntries, oldest: seconds(3)))
      case (_, "errno"): return readings.fail(index, .system(code: Int32(words[1])!))
      default: break
      }
    }
    readings.fail(index, .system(code: 2))
  }

  /// One sample of this host. `change` may spoil a text before it is handed over.
  func sample(
    _ readings: Readings, later: Bool, at now: Duration, change: (Input, inout [UInt8]) -> Void = { _, _ in }
  ) throws {
    readings.begin(at: now)
    for (index, input) in readings.inputs.enumerated() {
      switch input {
      case .file:
        if var bytes = contents(of: input, later: later) {
          change(input, &bytes)
          readings.accept(index, bytes.span)
        } else {
          readings.fail(index, failure(of: input))
        }
      case .filesystem(let path):
        if let facts = try facts(of: path) {
          readings.accept(index, facts)
        } else {
          readings.fail(index, .system(code: 2))
        }
      case .status(let path), .contents(let path), .directory(let path, _):
        try answer(index, input, path, readings)
      case .balancers: readings.accept(index, BalancerFacts(count: try lines("balancers").count))
      case .probe: break  // No recorded host has any.
      case .listener(let question): readings.accept(index, listener(question, later: later))
      case .processes(let question):
        readings.accept(index, processes([question], later: later, at: now)[0])
      case .pidfile(let path, let wantsFiles):
        try lookAtProcess(of: path, wantsFiles, index, readings, later: later, at: now)
      case .clock:
        let time = try lines("clock")[later ? 1 : 0].split(separator: " ").map { Int($0)! }
        readings.accept(index, ClockFacts(hour: time[0], minute: time[1], weekday: time[2]))
      }
    }
    readings.finish()
  }
}

/// What is written as two digits for each byte.
func bytes(ofHexadecimal text: String) -> [UInt8] {
  let digits = text.compactMap { $0.hexDigitValue }.map { UInt8($0) }
  return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
