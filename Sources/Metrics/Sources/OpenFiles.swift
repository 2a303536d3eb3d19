// files: open files of the whole host. At the limit nobody but root can open another.

import Language

extension Definition {
  static let openFiles = Definition(
    "files", help: "open files of all processes",
    [
      Metric(
        "used", .number, against: limit, "files that are open; percent of the limit of the whole host",
        Origin { _, inputs in
          let file = inputs.openFiles()
          return { () throws(Gap) in try file.value("no number") { Double($0.first - min($0.second, $0.first)) } }
        })
    ])

  private static let limit = Origin { _, inputs in
    let file = inputs.openFiles()
    return { () throws(Gap) in try file.value("no limit") { $0.third > 0 ? Double($0.third) : nil } }
  }
}

extension Inputs {
  fileprivate mutating func openFiles() -> KernelFile<KernelTriple> {
    file(at: .file(root: .proc, path: "sys/fs/file-nr"))
  }
}
