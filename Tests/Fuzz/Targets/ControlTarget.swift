// Requests at the control socket: whatever is understood reads the same after being written anew.

@testable import Agent

extension FuzzTarget {
  static let control = FuzzTarget(name: "control", largest: 4200) { bytes in
    if let words = try? ControlRequest.words(bytes.span) {
      let line = ControlRequest.line(of: words)
      let inner = Array(line.dropLast())
      promise(line.last == 0x0A && !inner.contains { $0 < 0x20 || $0 == 0x7F }, "a request is one line")
      let again = try? ControlRequest.words(inner.span)
      promise(again == words, "\(words) reads as itself")
    }
    do throws(ControlMistake) {
      _ = try ControlRequest(bytes.span, among: ControlVerb.all)
    } catch {
      promise(!error.message.isEmpty, "a refusal says why")
    }
  } seeds: {
    [
      "status", "reload", "status --json", "force 0% --service web --for 2h --reason \"bad disk\"", "release -- --x",
      "force \"\" --reason=\"a \\\"b\\\" \\\\\"", "history --since 2h --follow", "\"", "a\tb  c",
    ].map { Array($0.utf8) }
  }
}
