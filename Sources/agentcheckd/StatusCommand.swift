// `agentcheckd status`: what does the running daemon say, since when, and why?

import Agent
import Kernel
import Text

extension Command {
  static let status = Command(
    "status", summary: "Shows what the running daemon says, since when, and why.",
    details: [
      """
      It shows the services with their replies, the metrics with what they were in the last minutes, the rules with what \
      would change them, and the load balancers with what they were told. It asks the daemon over its control socket, \
      which takes root or membership of the socket's group.
      """
    ],
    example: "agentcheckd status --watch",
    options: [
      Option("watch", letter: "w", "show it again and again, in place; 'q' ends it"),
      Option("json", "print one JSON object"), .control,
    ]
  ) { invocation in
    if invocation.has("watch") {
      if invocation.has("json") { return Console.complain("--watch and --json do not go together", hint: nil) }
      do throws(SystemError) {
        return try StatusWatch(at: ControlPlace(invocation["control"])).run()
      } catch {
        return Console.fail("cannot watch: \(error)")
      }
    }
    do throws(ControlError) {
      let document = try ControlClient(invocation).ask(["status"])
      if invocation.has("json") { return Console.say("\(document.text())\n") }
      var page = Page(.of(.output))
      page.status(document, width: Page.usualWidth)
      return Console.say(page.text)
    } catch {
      return Console.fail(error)
    }
  }
}
