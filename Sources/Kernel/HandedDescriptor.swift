// What a service manager hands over at the start, as in sd_listen_fds(3): descriptors from 3 on, and in the environment
// for whom they are, how many there are, and how each is called.
//
//     LISTEN_PID=4711
//     LISTEN_FDS=2
//     LISTEN_FDNAMES=agentcheckd.socket:listen_0.0.0.0_9999

internal import CLinux

/// A descriptor that a service manager has handed over.
public final class HandedDescriptor {
  /// What it is called; `unknown` where it has no name.
  public let name: String
  private var descriptor: Descriptor?

  private init(_ name: String, _ descriptor: consuming Descriptor) {
    self.name = name
    self.descriptor = consume descriptor
  }

  /// Takes it, once.
  public func take() -> Descriptor? { descriptor.take() }

  /// More than any service manager hands over: what claims to be more is a mistake.
  static let most = 4096
  private static let first: Int32 = 3

  /// Takes all that were handed over to this very process, and the variables that say so. None the second time.
  public static func takeAll() -> [HandedDescriptor] {
    let process = ThisProcess.takeEnvironment("LISTEN_PID")
    let count = ThisProcess.takeEnvironment("LISTEN_FDS")
    let names = ThisProcess.takeEnvironment("LISTEN_FDNAMES") ?? ""
    let named = names.split(separator: ":", omittingEmptySubsequences: false)
    var handed: [HandedDescriptor] = []
    for (index, number) in numbers(process: process, count: count).enumerated() {
      // One that is not there is not ours to close later, when the number has come to mean something else.
      guard clinux_set_cloexec(number) == 0 else { continue }
      handed.append(
        HandedDescriptor(index < named.count ? String(named[index]) : "unknown", Descriptor(owning: number)))
    }
    return handed
  }

  /// The numbers that were handed over, by the values of LISTEN_PID and LISTEN_FDS. None where another process is meant.
  static func numbers(process: String?, count: String?) -> Range<Int32> {
    guard process == "\(ThisProcess.identifier)", let count = count.flatMap({ Int($0) }), 1...most ~= count else {
      return first..<first
    }
    return first..<first + Int32(count)
  }
}
