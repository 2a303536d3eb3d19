// What stands between the daemon and a program that a user names: this same program, executed anew, which becomes the other one.
// Loading a program from a mount that hangs takes for ever, and happens here, in a process that nobody waits for.

import Kernel

/// The short life of a process that becomes another program.
public enum CommandProcess {
  /// The first argument by which this program is told to do so. Behind it: the number of the daemon's process, the program,
  /// its arguments.
  public static let argument = "command"

  /// All that the program has in its environment. Numbers are written in the C locale.
  public static let environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"]

  /// As many open files as a program of a service usually may have; more makes some of them slow.
  private static let descriptorLimit = 1024

  /// The length of the record that says why a program was not started: its `errno`, little-endian.
  static let reportBytes = 4

  /// Becomes the program. Its standard input and error are the null device, its folder is `/`, no signal is blocked or
  /// ignored, and it is killed when the daemon ends.
  public static func run(_ arguments: ArraySlice<String>) -> Never {
    ThisProcess.dieWithParent()
    guard arguments.count >= 2, let parent = arguments.first, let program = arguments.dropFirst().first else {
      ThisProcess.exit(1)
    }
    // Whose parent was gone before the first line is on its own.
    guard Int(parent) == ThisProcess.parent else { ThisProcess.exit(1) }
    let report = Descriptor(inherited: .extra)
    ThisProcess.lowerDescriptorLimit(to: descriptorLimit)
    do throws(SystemError) {
      try report.closeOnExec()
      throw ThisProcess.become(program, arguments: Array(arguments.dropFirst()), environment: environment)
    } catch {
      var record: [UInt8] = []
      for shift in stride(from: 0, to: 32, by: 8) { record.append(UInt8(truncatingIfNeeded: error.code >> shift)) }
      _ = report.writeNow(record.span)
    }
    ThisProcess.exit(127)
  }

  /// What `run` has reported.
  static func errorNumber(in record: [UInt8]) -> Int32 {
    record.reversed().reduce(0) { $0 << 8 | Int32($1) }
  }
}
