// What a person sees: standard output for what was asked, standard error for everything else.

import Agent
import Diagnostics
import Kernel
import Rules

/// The two streams of a command.
enum Console {
  /// Says what was asked for. Fails where nobody can receive it, as with a full disk.
  @discardableResult
  static func say(_ text: String) -> ExitStatus {
    StandardStream.output.write(text) ? .success : .failure
  }

  /// Says that the command line makes no sense.
  static func complain(_ message: String, hint: String?) -> ExitStatus {
    warn(hint.map { "\(message)\n\($0)" } ?? message)
    return .usage
  }

  /// Says that something could not be done.
  static func fail(_ message: String) -> ExitStatus {
    warn(message)
    return .failure
  }

  /// A sentence on standard error, with the name of the program before it. Lines below it say what to do about it.
  static func warn(_ message: String) {
    var page = Page(.of(.error))
    for (index, line) in "agentcheckd: \(message)".split(separator: "\n").enumerated() {
      page.paragraph(Phrase(String(line)), indent: index == 0 ? 0 : 2, hanging: 2)
    }
    StandardStream.error.write(page.text)
  }

  /// Loads a rule file and shows what is wrong with it. Absent where that keeps it from being used.
  static func load(_ file: RuleFile) -> RuleSet? {
    let outcome = file.load()
    show(outcome.diagnostics)
    return outcome.ruleSet
  }

  /// Diagnostics on standard error, and behind them how many there were.
  static func show(_ diagnostics: [Diagnostic]) {
    guard !diagnostics.isEmpty else { return }
    let colour = Appearance.of(.error).isColoured
    for diagnostic in diagnostics {
      StandardStream.error.write(render(diagnostic, colour: colour))
    }
    StandardStream.error.write("\(summary(diagnostics))\n")
  }
}
