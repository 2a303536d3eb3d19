import Foundation
import Testing
import Text

@testable import Agent
@testable import Kernel

@Suite struct ManagerMessageTests {
  @Test(arguments: [
    (ManagerMessage.ready, "READY=1"),
    (.reloading(.microseconds(1_234_567_890_123)), "RELOADING=1\nMONOTONIC_USEC=1234567890123"),
    (.stopping, "STOPPING=1\nSTATUS=ending"),
    (.alive, "WATCHDOG=1"),
    (.keep("listen_127.0.0.1_9999"), "FDSTORE=1\nFDNAME=listen_127.0.0.1_9999"),
    (.drop("listen_[__1]_9999"), "FDSTOREREMOVE=1\nFDNAME=listen_[__1]_9999"),
  ])
  func aMessageIsLines(message: ManagerMessage, text: String) {
    #expect(String(decoding: message.text, as: UTF8.self) == text)
  }

  /// A name is what fd-util.c of systemd takes for one: no colon, no control character, at most 255 bytes.
  @Test(arguments: [
    ("127.0.0.1:9999", "listen_127.0.0.1_9999"), ("[::1]:80", "listen_[__1]_80"), ("[::]:9999", "listen_[__]_9999"),
    ("[2001:db8::7]:65535", "listen_[2001_db8__7]_65535"),
  ])
  func aNameHasNoColon(address: String, name: String) throws {
    #expect(ManagerMessage.name(of: try InternetAddress(address)) == name)
  }

  @Test(arguments: [
    (nil, nil, [(nil, "50% up\n")], "STATUS=50% up"),
    (nil, nil, [(nil, "\n")], "STATUS=nothing yet"),
    (nil, nil, [("web", "50% up # busy\n"), ("d\nb", "up\n")], "STATUS=web: 50% up # busy; d\\nb: up"),
    (nil, "a.yaml:1:1: no", [(nil, "up\n")], "STATUS=a.yaml:1:1: no; up"),
    ("no space", nil, [(nil, "up\n")], "STATUS=no space; up"),
    ("no space", "a.yaml:1:1: no", [(nil, "up\n")], "STATUS=no space; a.yaml:1:1: no; up"),
  ])
  func aStatusIsALine(worse: String?, complaint: String?, services: [(String?, String)], text: String) {
    var status = ManagerStatus()
    status.begin(with: complaint, behind: worse)
    for (name, line) in services { _ = status.add(name, Array(line.utf8)) }
    status.end()
    #expect(String(decoding: status.text, as: UTF8.self) == text)
  }

  @Test(arguments: [0, 1])
  func aStatusAtItsLimitIsWhole(beyond: Int) {
    var status = ManagerStatus()
    let text = String(repeating: "x", count: ManagerStatus.mostBytes - "STATUS=; up".count + beyond)
    status.begin(with: text)
    let hasRoom = status.add(nil, Array("up\n".utf8))
    status.end()
    #expect(!hasRoom && status.text.count == ManagerStatus.mostBytes)
    #expect(String(decoding: status.text, as: UTF8.self).hasSuffix(beyond == 0 ? "x; up" : "xxx ..."))
  }

  @Test(arguments: [0, 1])
  func aStatusEndsAtItsLimitAndNeverInsideOfACharacter(offset: Int) {
    var status = ManagerStatus()
    status.begin(with: String(repeating: "x", count: offset))
    var added = 0
    while status.add("s", Array((String(repeating: "\u{E9}", count: 20) + "\n").utf8)) { added += 1 }
    status.end()
    #expect((5...9).contains(added))
    #expect((ManagerStatus.mostBytes - 1...ManagerStatus.mostBytes).contains(status.text.count))
    #expect(String(validating: status.text, as: UTF8.self)?.hasSuffix(" ...") == true)
  }
}

@Suite struct ServiceManagerQueueTests {
  /// A service manager's socket, and what was sent to it.
  private final class Receiver {
    private let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)

    init(at path: String) throws {
      var name = sockaddr_un()
      name.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
      let bound = withUnsafePointer(to: &name) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      try #require(bound == 0)
    }

    deinit { close(number) }

    func next() -> String? {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = recv(number, &buffer, buffer.count, 0)
      return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }
  }

  /// While nobody takes it, so much waits, and what matters most beyond that.
  @Test(arguments: [0, 1])
  func soMuchWaitsForAManagerThatIsAway(beyond: Int) throws {
    let folder = try TemporaryFolder()
    let reader = try LogReader()
    let loop = try EventLoop()
    let manager = ServiceManager(
      at: try NotificationSocket(to: folder.path + "/notify"), beat: nil, loop: loop, log: reader.log)
    let addresses = (1...ServiceManager.mostWaiting + beyond).map { InternetAddress(.every, port: UInt16($0)) }
    for address in addresses { manager.drop(address) }
    manager.reloading()
    manager.ready()
    let away = "<4>cannot tell the service manager (sendmsg: No such file or directory): trying again"
    let lost = "<4>the service manager does not take what it is told: beyond 1024 messages it is lost"
    #expect(reader.lines == (beyond == 0 ? [away] : [away, lost]))

    let receiver = try Receiver(at: folder.path + "/notify")
    var told: [String] = []
    let deadline = Clock.monotonic() + .seconds(10)
    while told.last != "READY=1", Clock.monotonic() < deadline {
      // The pause is over.
      manager.due(0, now: loop.now)
      while let message = receiver.next() { told.append(message) }
    }
    let expected = addresses.prefix(ServiceManager.mostWaiting).map {
      "FDSTOREREMOVE=1\nFDNAME=\(ManagerMessage.name(of: $0))"
    }
    #expect(told.dropLast(2) == expected[...])
    #expect(told.dropLast().last?.hasPrefix("RELOADING=1\n") == true && told.last == "READY=1")
  }
}

@Suite struct HandedListenerTests {
  private final class Keeper: ListenerKeeper {
    var events: [String] = []
    func keep(_ listener: borrowing Listener, at address: InternetAddress) { events.append("keep \(address)") }
    func drop(_ address: InternetAddress) { events.append("drop \(address)") }
  }

  private func handed(_ address: IPAddress, _ port: UInt16, isLent: Bool = false) throws -> HandedListener {
    let listener = try Listener(on: address, port: port)
    try listener.listen()
    return HandedListener(listener, isLent: isLent)
  }

  private func adopted(_ descriptor: consuming Descriptor) throws -> Listener {
    guard let listener = Listener(adopting: descriptor) else { throw SystemError(code: EINVAL, call: "adopt") }
    return listener
  }

  private func isAdopted(_ descriptor: consuming Descriptor) -> Bool { (try? adopted(descriptor)) != nil }

  @Test func whoWaitedInTheQueueIsAnsweredByTheNextOne() throws {
    let site = try Site()
    let keeper = Keeper()
    site.server.keeper = keeper
    let handed = try handed(loopback, site.port)
    let queued = try (0..<20).map { _ in try site.prober() }
    site.server.adopt(handed)
    try site.open()
    for prober in queued { #expect(try site.reply(to: prober) == "50% up\n") }
    #expect(keeper.events == [])
  }

  @Test func whatNobodyAsksForIsDropped() throws {
    let site = try Site()
    let keeper = Keeper()
    site.server.keeper = keeper
    let other = try freePort()
    let stale = try Listener(on: loopback, port: other)
    try stale.listen()
    let copy = try adopted(try stale.descriptor.dup())
    site.server.adopt(HandedListener(copy, isLent: false))
    try site.open()
    #expect(keeper.events == ["keep 127.0.0.1:\(site.port)", "drop 127.0.0.1:\(other)"])
    // Refused at once, though the keeper still holds a copy.
    #expect(throws: SystemError.self) { _ = try Prober(port: other) }
  }

  @Test func whatASocketUnitOwnsIsNeitherKeptNorShutDown() throws {
    let site = try Site()
    let keeper = Keeper()
    site.server.keeper = keeper
    let other = try freePort()
    let lent = try Listener(on: loopback, port: other)
    try lent.listen()
    let copy = try adopted(try lent.descriptor.dup())
    site.server.adopt(HandedListener(copy, isLent: true))
    site.server.adopt(try handed(loopback, site.port, isLent: true))
    try site.open()
    #expect(keeper.events == [])
    #expect(try site.reply(to: try site.prober()) == "50% up\n")
    _ = try Prober(port: other)
  }

  /// It goes on listening when a reload has closed our copy, and whoever comes there then is not for us.
  @Test func whatASocketUnitGoesOnWithIsWatchedNoMore() throws {
    let site = try Site()
    let lent = try Listener(on: loopback, port: site.port)
    try lent.listen()
    let copy = try adopted(try lent.descriptor.dup())
    site.server.adopt(HandedListener(copy, isLent: true))
    try site.open()
    #expect(try site.reply(to: try site.prober()) == "50% up\n")
    try site.serve([("127.0.0.1:\(try freePort())", [site.service()])])
    let waiting = try site.prober()
    #expect(try site.loop.turns(within: .milliseconds(200)) < 50)
    withExtendedLifetime(waiting) {}
    #expect(lent.port == site.port)
  }

  /// As `ListenStream=9999` makes it.
  @Test func aSocketForBothFamiliesIsTheWholeAddress() throws {
    let site = try Site()
    let number = socket(AF_INET6, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var name = sockaddr_in6()
    name.sin6_family = sa_family_t(AF_INET6)
    name.sin6_port = site.port.bigEndian
    let bound = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(number, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
      }
    }
    try #require(bound == 0 && listen(number, 16) == 0)
    let listener = try adopted(Descriptor(owning: number))
    let takesBoth = listener.takesBothFamilies
    #expect(takesBoth)
    site.server.adopt(HandedListener(listener, isLent: true))
    let allow = AddressSet([try AddressBlock("127.0.0.1"), try AddressBlock("::1")])
    try site.open(at: ":*", [site.service(allow: allow)])
    #expect(site.server.addresses.map(\.description) == [":\(site.port)"])
    // An IPv4 prober is known by its IPv4 address.
    #expect(try site.reply(to: try site.prober()) == "50% up\n")
    #expect(try site.reply(to: try site.prober(.v6(0, 1))) == "50% up\n")
  }

  @Test func whatDoesNotListenIsNoListener() throws {
    let pair = try Socket.pair()
    #expect(!isAdopted(try pair.near.dup()))
    let bound = try Listener(on: loopback, port: 0)
    #expect(!isAdopted(try bound.descriptor.dup()))
  }
}
