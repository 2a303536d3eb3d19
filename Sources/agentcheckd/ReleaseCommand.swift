// `agentcheckd release`: the rules speak again.

import Kernel
import Text

extension Command {
  static let release = Command(
    "release", summary: "Ends what was forced: the rules speak again.",
    details: ["Without --service, whatever is forced is released, of every service. Where nothing is, it fails."],
    example: "agentcheckd release --service web",
    options: [Option("service", letter: "s", value: "NAME", "of this service only"), .control]
  ) { invocation in
    var request = ["release"]
    if let service = invocation["service"] { request += ["--service", service] }
    if let author = sudoUser { request += ["--by", author] }
    do throws(ControlError) {
      let answer = try ControlClient(invocation).ask(request)
      let service = invocation["service"].map { "of service '\($0)': " } ?? ""
      for released in answer["released"]?.elements ?? [] {
        Console.say(harmlessLines("released \(service)\(released.text ?? "")\n"))
      }
      tell(answer)
      return .success
    } catch {
      return Console.fail(error)
    }
  }
}
