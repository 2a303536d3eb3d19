// process(NAME), pidfile(PATH): what some program's processes use.

import Language

extension Definition {
  static let process = Definition(
    "process", .name(label: "NAME", example: "nginx"),
    help: "all processes with this command name, or called by this name; sums over all of them",
    metrics { arguments, inputs, wantsFiles in
      inputs.processes(.processes(ProcessQuestion([UInt8](arguments.text.utf8), wantsFiles: wantsFiles)))
    })

  static let pidfile = Definition(
    "pidfile", .path(label: "PATH", example: "/run/nginx.pid"),
    help: "the process whose number stands in this file; without the file there is none",
    metrics { arguments, inputs, wantsFiles in
      inputs.processes(.pidfile(path: arguments.text, wantsFiles: wantsFiles))
    })

  private typealias Find =
    @Sendable (_ arguments: [Argument], _ inputs: inout Inputs, _ wantsFiles: Bool) -> ProcessAnswer

  private static func metrics(_ find: @escaping Find) -> [Metric] {
    [
      Metric("running", .yesNo, "there is one; a zombie is none", fact(find) { $0.count > 0 ? 1 : 0 }),
      Metric("count", .number, "how many there are", fact(find) { Double($0.count) }),
      Metric(
        "cpu", .number, of: allProcessors, "processors in use; percent of all",
        origin(find) { answer, _ throws(Gap) in try answer.processors() }),
      Metric(
        "memory", .bytes, of: allMemory, "resident; what several share counts for each; percent of the total",
        origin(find) { (answer, pageSize) throws(Gap) in
          Double(try answer.latest().residentPages) * Double(pageSize)
        }),
      Metric("threads", .number, "threads there are", fact(find) { Double($0.threads) }),
      Metric(
        "open_files", .number, against: limit(find), "open files, sockets included; percent of their soft limits",
        origin(find, wantsFiles: true) { (answer, _) throws(Gap) in Double(try files(of: answer).openFiles) }),
      Metric(
        "age", .seconds, "since the oldest one started",
        origin(find) { (answer, _) throws(Gap) in
          let facts = try answer.latest()
          guard facts.count > 0 else { throw answer.missing(noProcess) }
          return max(facts.age, .zero) / .seconds(1)
        }),
    ]
  }

  private static let noProcess = "no such process"

  private static func origin(
    _ find: @escaping Find, wantsFiles: Bool = false,
    _ formula: @escaping @Sendable (_ answer: ProcessAnswer, _ pageSize: Int) throws(Gap) -> Double
  ) -> Origin {
    Origin { arguments, inputs in
      let answer = find(arguments, &inputs, wantsFiles)
      let pageSize = inputs.pageSize
      return { () throws(Gap) in try formula(answer, pageSize) }
    }
  }

  private static func fact(_ find: @escaping Find, _ pick: @escaping @Sendable (ProcessFacts) -> Double) -> Origin {
    origin(find) { (answer, _) throws(Gap) in pick(try answer.latest()) }
  }

  private static func files(of answer: ProcessAnswer) throws(Gap) -> ProcessFacts {
    let facts = try answer.latest()
    switch facts.openFilesError {
    case 0: return facts
    case SystemCode.permissionDenied.rawValue:
      throw answer.missing(
        "the files of another user's process need the capability CAP_DAC_READ_SEARCH before Linux 6.2")
    default: throw .absent(.system(code: facts.openFilesError), answer.input)
    }
  }

  private static func limit(_ find: @escaping Find) -> Origin {
    origin(find, wantsFiles: true) { (answer, _) throws(Gap) in
      let facts = try files(of: answer)
      guard facts.count > 0 else { throw answer.missing(noProcess) }
      guard facts.openFilesLimit > 0, facts.openFilesLimit < .max else { throw answer.missing("no limit is set") }
      return Double(facts.openFilesLimit)
    }
  }

  private static let allProcessors = Origin { _, inputs in
    let file: KernelFile<ProcessorTimes> = inputs.file()
    return { () throws(Gap) in try file.processors() }
  }

  private static let allMemory = Origin.value("no MemTotal") { (memory: MemoryInformation) in memory.total }
}
