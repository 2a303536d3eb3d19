import Foundation
import Testing

/// `agentcheckd check` and `agentcheckd schema`, as the program itself says it.
@Suite struct CheckCommand {
  static let fixtures = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appendingPathComponent("../Fixtures").standardizedFileURL

  static func names(in folder: String) -> [String] {
    try! FileManager.default.contentsOfDirectory(atPath: fixtures.appendingPathComponent(folder).path)
      .filter { $0.hasSuffix(".yaml") }.sorted()
  }

  /// Runs a command in a folder of fixtures.
  private func run(_ command: String, in folder: String) throws -> CommandRun {
    let path = Self.fixtures.appendingPathComponent(folder).path
    return try CommandRun(
      "-c", "cd '\(path)' && exec '\(AgentProcess.executable)' \(command)", executable: "/bin/sh")
  }

  /// The complaints of a run, without those that are about the host that the test happens to run on, and without their
  /// number.
  private func complaints(_ errors: String) -> [String] {
    var complaints: [String] = []
    for line in errors.split(separator: "\n") {
      let isHeading = line.prefixMatch(of: #/\S+:\d+:\d+: (error|warning): /#) != nil
      if isHeading { complaints.append("") }
      if let last = complaints.indices.last { complaints[last] += line + "\n" }
    }
    if let last = complaints.indices.last {
      complaints[last] = complaints[last].split(separator: "\n").dropLast().joined(separator: "\n") + "\n"
    }
    return complaints.filter { !$0.contains("this host has no") && !$0.contains("percent on this host") }
  }

  @Test func whatIsSaidAboutWrongFilesIsWhatTheGoldensSay() throws {
    for name in Self.names(in: "wrong") {
      let run = try run("check \(name)", in: "wrong")
      let golden = name.dropLast(5) + ".expected"
      let path = Self.fixtures.appendingPathComponent("wrong/\(golden)").path
      let expected = String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
      #expect(complaints(run.errors) == complaints(expected), "\(name)")
      let isWarned = name.hasPrefix("warning-")
      #expect(run.status == .code(isWarned ? 0 : 1), "\(name)")
      #expect(run.output.isEmpty != isWarned, "\(name)")
    }
  }

  @Test func warningsFailOnlyWhenTheyAreToldTo() throws {
    let patient = try run("check warning-drain.yaml", in: "wrong")
    #expect(patient.status == .code(0))
    #expect(patient.output == "warning-drain.yaml: all right: 0 metrics, 1 rule, 1 service\n")
    let strict = try run("check --strict warning-drain.yaml", in: "wrong")
    #expect(strict.status == .code(1))
    #expect(strict.output.isEmpty)
    #expect(strict.errors == patient.errors)
  }

  @Test(arguments: [
    ("no.yaml", "no such file or directory"), (".", "it is a directory"), ("fragments", "it is a directory"),
  ])
  func whatIsNoFileIsSaid(name: String, why: String) throws {
    let run = try run("check \(name)", in: "wrong")
    #expect(run.status == .code(1))
    #expect(run.errors.hasPrefix("\(name):1:1: error: cannot read '\(name)': \(why)\n"))
  }

  @Test func aPipeIsNotWaitedFor() throws {
    let folder = try TemporaryFolder()
    #expect(mkfifo("\(folder.path)/pipe", 0o600) == 0)
    let run = try CommandRun("check", "\(folder.path)/pipe")
    #expect(run.status == .code(1))
    #expect(run.errors.contains("it is not a regular file"))
  }

  @Test func aFileThatIsTooLargeIsNotReadToItsEnd() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("# large\n", to: "large.yaml")
    #expect(truncate(path, 1 << 40) == 0)
    let run = try CommandRun("check", path)
    #expect(run.status == .code(1))
    #expect(run.errors.contains("the file is larger than 1048576 bytes"))
  }

  @Test func whatIsPrintedMeansTheSame() throws {
    for name in Self.names(in: "good") {
      let printed = try run("check --print \(name)", in: "good")
      #expect(printed.status == .code(0), "\(name)")
      let folder = try TemporaryFolder()
      let copy = try folder.write(printed.output, to: "copy.yaml")
      let again = try CommandRun("check", "--print", copy)
      #expect(again.status == .code(0), "\(name)")
      #expect(again.output == printed.output, "\(name)")
    }
  }

  @Test func theSchemaIsJSON() throws {
    let run = try CommandRun("schema")
    #expect(run.status == .code(0))
    let schema = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    #expect(schema?["$schema"] as? String == "http://json-schema.org/draft-07/schema#")
    #expect((schema?["definitions"] as? [String: Any])?["rule"] != nil)
  }

  /// 10,000 rules over 50 metrics in half a second of processor time, whatever else the machine does.
  @Test func tenThousandRulesAreCheckedInHalfASecond() throws {
    let sources = [
      "cpu.idle", "cpu.busy", "cpu.iowait", "cpu.user", "cpu.system", "load.1m", "load.5m", "load.15m",
      "memory.available", "memory.used",
    ]
    var file = "metrics:\n"
    for index in 0..<40 { file += "  m\(index): avg(\(sources[index % 10]) over \(10 + index)s)\n" }
    file += "rules:\n"
    for index in 0..<10_000 {
      let condition = "\(sources[index % 10]) > \(index % 97 + 1)% and m\(index / 3 % 40) < \(index % 89 + 2)%"
      file += "  - name: rule \(index)\n    when: \(condition)\n    reply: \(index % 100)%\n"
    }
    let folder = try TemporaryFolder()
    let path = try folder.write(file, to: "large.yaml")
    let before = childrensTime()
    let run = try CommandRun("check", path, within: .seconds(60))
    let used = childrensTime() - before
    #expect(run.status == .code(0))
    #expect(run.output.hasSuffix("all right: 40 metrics, 10000 rules, 1 service\n"))
    #expect(used < (AgentProcess.isRelease ? 0.5 : 10), "\(used) s")
  }

  /// The processor time of children that have ended, in seconds.
  private func childrensTime() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
    let times = [usage.ru_utime, usage.ru_stime]
    return times.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
  }
}
