// `agentcheckd status`: what does the running daemon say, since when, and why?

import Kernel
import Text

extension Command {
  static let status = Command(
    "status", summary: "Shows what the running daemon says, since when, and why.",
    details: [
      """
      It asks the daemon over its control socket, which takes root or membership of the socket's group.
      """
    ],
    example: "agentcheckd status --json",
    options: [Option("json", "print one JSON object"), .control]
  ) { invocation in
    do throws(ControlError) {
      let document = try ControlClient(invocation).ask(["status"])
      return Console.say("\(document.text())\n")
    } catch {
      return Console.fail(error)
    }
  }
}
