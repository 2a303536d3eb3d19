import Foundation
import Kernel
import TestSupport
import Testing

@testable import Agent

/// Helpers that hang in a call, below a mount that hangs on command.
@Suite struct HangingHelpersTests {
  /// Each call at its own gate: the path is left alone, everything else goes on, and it recovers.
  @Test(
    arguments: [(.stat, "getattr"), (.read, "open"), (.read, "read"), (.count, "readdir"), (.oldest, "readdir")]
      as [(HelperOperation, String)])
  func whatHangsIsLeftAlone(operation: HelperOperation, gate: String) throws {
    let mount = try HangingFileSystem()
    let client = try HelpersClient()
    let path = mount.mountPoint + (gate == "readdir" ? "" : "/number")
    func ask() -> Helpers.Asking { client.helpers.ask(operation, path, generation: 1, now: client.loop.now) }
    #expect(ask() == .underWay)
    try client.run { client.told.count == 1 }
    let answer = client.told[0]
    try mount.close(gate)
    #expect(ask() == .underWay)
    #expect(client.ask("/") == .underWay)
    try client.run { client.told.count == 3 }
    #expect(client.told.suffix(2) == ["1 \(path) timed out", "1 / full"])
    #expect(ask() == .hangs)
    mount.open(gate)
    try client.run { client.helpers.count == 1 }
    #expect(ask() == .underWay)
    try client.run { client.told.count == 4 }
    // Meanwhile it has got older.
    #expect(client.told[3].prefix { $0 != "," } == answer.prefix { $0 != "," })
  }

  @Test func aDeadMountIsLeftAloneUntilTheKernelGivesTheCallUp() throws {
    let mount = try HangingFileSystem()
    let client = try HelpersClient()
    client.helpers.timeout = .milliseconds(500)
    #expect(client.ask(mount.mountPoint) == .underWay)
    try client.run { client.told == ["1 \(mount.mountPoint) full"] }
    try mount.close("statfs")
    #expect(client.ask(mount.mountPoint) == .underWay)
    #expect(client.ask("/") == .underWay)
    try client.run { client.told.count == 3 }
    #expect(client.told.suffix(2) == ["1 \(mount.mountPoint) timed out", "1 / full"])
    // Killed, and still there: it does not return from the kernel.
    for _ in 0..<20 { try client.loop.turn(waitingAtMost: .milliseconds(2)) }
    #expect(client.helpers.count == 2)
    #expect(client.ask(mount.mountPoint) == .hangs)
    #expect(client.ask(mount.mountPoint, generation: 2) == .hangs)
    mount.open("statfs")
    try client.run { client.helpers.count == 1 }
    #expect(client.ask(mount.mountPoint) == .underWay)
    try client.run { client.told.last == "1 \(mount.mountPoint) full" }
  }

  @Test func noMoreHelpersHangThanMay() throws {
    let mount = try HangingFileSystem()
    let client = try HelpersClient()
    client.helpers.timeout = .milliseconds(100)
    try mount.close("statfs")
    // Each by another name for the same mount. On a busy machine one may be killed before it has come so far as to hang,
    // so that it takes some more.
    for number in 0..<5 * Helpers.most where client.helpers.count < Helpers.most {
      let told = client.told.count
      #expect(client.ask(mount.mountPoint + String(repeating: "/.", count: number)) == .underWay)
      try client.run { client.told.count == told + 1 }
      for _ in 0..<5 { try client.loop.turn(waitingAtMost: .milliseconds(1)) }
    }
    #expect(client.helpers.count == Helpers.most)
    #expect(client.ask("/") == .hangs)
    mount.open("statfs")
    try client.run { client.helpers.count == 0 }
    #expect(client.ask("/") == .underWay)
    try client.run { client.told.last == "1 / full" }
  }
}
