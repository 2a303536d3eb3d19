// The command line: finds the command, hands it its operands, ends with its status.

import Agent
import Kernel

@main
struct App {
  static func main() {
    let arguments = ThisProcess.arguments()
    // Before anything else has happened in this process: it may hang at any moment, and its memory counts twice.
    if arguments.count > 1, arguments[1] == HelperProcess.argument { HelperProcess.run() }
    if arguments.count > 1, arguments[1] == CommandProcess.argument { CommandProcess.run(arguments.dropFirst(2)) }
    if arguments.count > 1, arguments[1] == GuardProcess.argument { GuardProcess.run() }
    if arguments.count > 1, arguments[1] == LookupProcess.argument { LookupProcess.run(arguments.dropFirst(2)) }
    StandardStream.reserve()
    ThisProcess.keepEndedChildren()
    ThisProcess.installCrashHandler()
    ThisProcess.exit(Int(run(arguments.dropFirst()).rawValue))
  }

  /// Every command, in the order of help and manual.
  static let commands: [Command] = [
    .run, .status, .history, .force, .release, .reload, .check, .explain, .metrics, .haproxy, .probe, .schema,
    .evaluate, .complete,
  ]

  private static func run(_ arguments: ArraySlice<String>) -> ExitStatus {
    do throws(UsageMistake) {
      switch try parseCommandLine(arguments, among: commands, default: .run) {
      case .say(let text): return Console.say(text)
      case .perform(let command, let invocation): return command.perform(invocation)
      }
    } catch {
      return Console.complain(error.message, hint: error.hint)
    }
  }
}
