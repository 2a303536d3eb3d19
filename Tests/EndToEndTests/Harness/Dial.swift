// A number that a test turns, and that rules follow: the load average of a host that is not there.

import Foundation

/// `load.1m`, as the daemon reads it from a tree of the test's own.
final class Dial: Sendable {
  let tree: ProcTree

  /// Begins with this number.
  init(_ value: Double = 0, in tree: ProcTree? = nil) throws {
    self.tree = try tree ?? ProcTree()
    try turn(to: value)
  }

  /// What a rule file begins with that follows it: the tree, and samples as close as can be.
  var head: String { "\(tree.paths)\ninterval: 100ms\nmetrics: {dial: load.1m}\n" }

  /// Takes another number: 0 or more, to hundredths.
  func turn(to value: Double) throws {
    try tree.write(String(format: "%.2f 0.00 0.00 1/100 100\n", value), to: "proc/loadavg", .byRename)
  }
}
