// What a person sees: standard output for what was asked, standard error for everything else.

import Diagnostics
import Kernel

/// The two streams of a command.
enum Console {
  /// Says what was asked for. Fails where nobody can receive it, as with a full disk.
  @discardableResult
  static func say(_ text: String) -> ExitStatus {
    StandardStream.output.write(text) ? .success : .failure
  }

  /// Says that the command line makes no sense.
  static func complain(_ message: String, hint: String?) -> ExitStatus {
    warn(message, hint: hint)
    return .usage
  }

  /// Says that something could not be done.
  static func fail(_ message: String, hint: String? = nil) -> ExitStatus {
    warn(message, hint: hint)
    return .failure
  }

  /// A sentence on standard error, with the name of the program before it, and what to do about it below.
  static func warn(_ message: String, hint: String? = nil) {
    var page = Page(.of(.error))
    page.paragraph(Phrase("agentcheckd: \(message)"), hanging: 2)
    if let hint { page.paragraph(Phrase(hint), indent: 2) }
    StandardStream.error.write(page.text)
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
