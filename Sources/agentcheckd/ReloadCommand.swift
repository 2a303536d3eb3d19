// `agentcheckd reload`: the daemon reads its rule file again, and whoever asks for it is told what came of it.

import Kernel
import Text

extension Command {
  static let reload = Command(
    "reload", summary: "Makes the daemon read its rule file again, and says what came of it.",
    details: [
      """
      As SIGHUP, but it waits for the outcome. The status is 0 when the new rules are in force, and 1 when the old ones \
      stay: then it shows what is wrong, as 'agentcheckd check' does.
      """
    ],
    example: "agentcheckd reload",
    options: [.control]
  ) { invocation in
    do throws(ControlError) {
      let outcome = try ControlClient(invocation).ask(["reload"], patience: patience)
      show(outcome)
      for warning in outcome["warnings"]?.elements ?? [] { Console.warn("warning: \(warning.text ?? "")") }
      let parts = ["file", "summary", "addresses"].map { outcome[$0]?.text ?? "" }
      return Console.say(harmlessLines("reloaded \(parts[0]): \(parts[1]), listening on \(parts[2])\n"))
    } catch {
      show(error.line)
      return Console.fail(error)
    }
  }

  /// Files, and metrics, that are slow to be read are waited for.
  private static let patience = Duration.seconds(60)

  /// What the daemon found in the file, as `check` shows it.
  private static func show(_ outcome: JSON) {
    for diagnostic in outcome["diagnostics"]?.elements ?? [] {
      StandardStream.error.write(harmlessLines(diagnostic["text"]?.text ?? ""))
    }
  }
}
