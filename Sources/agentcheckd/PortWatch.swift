// Waiting until nobody is connected to an application any more: the connections that this host's kernel counts, looked at
// again and again, with a line that tells how it goes.

import Agent
import Kernel
import Rules
import Text

/// A look at some ports, until nobody is connected to them.
struct PortWatch {
  /// So long must nobody have been connected: load balancers ask the agent every two seconds, as a rule, and until they have
  /// they may send one more.
  static let quiet = Duration.seconds(5)
  /// How often to look: counting costs the kernel a walk over all of its connections.
  private static let beat = Duration.milliseconds(500)
  /// How often something is said where nobody sees a line change.
  private static let pause = Duration.seconds(5)

  private let ports: [UInt16]
  private let timeout: Duration?
  private let isTerminal = StandardStream.output.isTerminal

  init(of ports: [UInt16], timeout: Duration?) {
    self.ports = ports
    self.timeout = timeout
  }

  /// Waits. Fails at the timeout.
  func perform() -> ExitStatus {
    let begun = Clock.monotonic()
    var quietSince: Duration?
    var told: Duration?
    while true {
      let now = Clock.monotonic()
      let count: Int
      do throws(SystemError) {
        count = try ConnectionCount.established(at: ports)
      } catch {
        return Console.fail("cannot count the connections of \(noun): \(error.message)")
      }
      if count > 0 { quietSince = nil } else { quietSince = quietSince ?? now }
      if let quietSince, now - quietSince >= Self.quiet {
        tell("no connection to \(noun) any more, after \(seconds(now - begun))", isLast: true)
        return .success
      }
      if let timeout, now - begun >= timeout {
        tell("\(count) established to \(noun), after \(seconds(now - begun))", isLast: true)
        let reason =
          count > 0
          ? "waited for \(durationText(timeout)) in vain"
          : "nobody is connected, but not for \(durationText(Self.quiet)) yet: one more may come"
        return Console.fail("\(reason)\nthe words stay forced: 'agentcheckd release' ends that")
      }
      if isTerminal || told.map({ now - $0 >= Self.pause }) ?? true {
        told = now
        tell("\(count) established to \(noun), after \(seconds(now - begun))", isLast: false)
      }
      Clock.sleep(until: min(now + Self.beat, timeout.map { begun + $0 } ?? now + Self.beat))
    }
  }

  private var noun: String { "port" + (ports.count > 1 ? "s " : " ") + ports.map { "\($0)" }.joined(separator: ", ") }

  private func seconds(_ time: Duration) -> String { durationText(.seconds(time.components.seconds)) }

  /// On a terminal the line before is written over.
  private func tell(_ line: String, isLast: Bool) {
    guard isTerminal else { return _ = StandardStream.output.write("\(line)\n") }
    StandardStream.output.write("\r\u{1B}[K\(line)\(isLast ? "\n" : "")")
  }
}
