// The command line: finds the command, hands it its operands, ends with its status.

import Kernel

@main
struct App {
  static func main() {
    ThisProcess.installCrashHandler()
    ThisProcess.exit(Int(run(ThisProcess.arguments().dropFirst()).rawValue))
  }

  /// Every command, in the order of help and manual.
  static let commands: [Command] = [.run, .check, .evaluate]

  private static func run(_ arguments: ArraySlice<String>) -> ExitStatus {
    var arguments = arguments
    switch arguments.first {
    case "--help", "-h":
      return Console.say(help(commands))
    case "help" where arguments.count == 1:
      return Console.say(help(commands))
    case "--version", "-V":
      return Console.say("agentcheckd \(version)\n")
    case "help":
      // `help check` is what people type; it means `check --help`.
      arguments = arguments.dropFirst() + ["--help"]
    default:
      break
    }
    let command: Command
    if let name = arguments.first, !name.hasPrefix("-") {
      guard let known = commands.first(where: { $0.name == name }) else {
        let names = commands.filter { !$0.isHidden }.map { $0.name }
        let near = closest(to: name, among: names)
        return Console.complain(
          "unknown command '\(name)'", hint: near.map { "did you mean '\($0)'?" } ?? "'agentcheckd --help' lists them")
      }
      command = known
      arguments.removeFirst()
    } else {
      command = .run
    }
    do throws(UsageMistake) {
      switch try parseCommandLine(arguments, among: commands, default: .check) {
      case .say(let text): return Console.say(text)
      case .perform(let command, let invocation): return command.perform(invocation)
      }
    } catch {
      return Console.complain(error.message, hint: error.hint)
    }
  }
}
