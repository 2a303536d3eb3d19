import Foundation
import Kernel
import Testing
import Text

@testable import Agent

/// A control server with verbs of its own, on a socket of its own.
final class ControlSite: ControlHandler, ControlCallOwner {
  let loop: EventLoop
  let reader: LogReader
  let server: ControlServer
  let folder: TemporaryFolder
  /// Where clients come in whose user is what a test says.
  private let door: LocalListener
  private let doorFolder: TemporaryFolder
  /// Calls that are not answered yet, and how many were left.
  var calls: [ControlCall] = []
  var left = 0

  static let verbs = [
    ControlVerb("now", changes: false) { _, _ in }, ControlVerb("later", changes: false) { _, _ in },
    ControlVerb("change", changes: true) { _, _ in },
  ]

  init(descriptors: Int = 1024) throws {
    loop = try EventLoop()
    reader = try LogReader()
    folder = try TemporaryFolder()
    doorFolder = try TemporaryFolder()
    door = try LocalListener(at: "\(doorFolder.path)/door", mode: 0o600)
    server = ControlServer(Self.verbs, loop: loop, log: reader.log, descriptors: descriptors)
    server.handler = self
    server.open(at: "\(folder.path)/control.sock", wasAsked: true)
  }

  func perform(_ call: ControlCall) {
    guard call.request.verb.name == "later" else { return call.finish([("verb", .string(call.request.verb.name))]) }
    call.owner = self
    calls.append(call)
  }

  func callWasLeft(_ call: ControlCall) { left += 1 }

  func client() throws -> LocalClient { try LocalClient(server.path) }

  /// A client that the kernel would say is of this user.
  func client(of user: Int) throws -> LocalClient {
    let client = try LocalClient("\(doorFolder.path)/door")
    switch door.accept() {
    case .connection(let descriptor):
      server.begin(descriptor, from: PeerCredentials(process: 1, user: user, group: user), loop.now)
    default: Issue.record("nobody is at the door")
    }
    return client
  }

  /// The call of a client who says `later`.
  func call(of client: LocalClient) throws -> ControlCall {
    let before = calls.count
    try client.say("later\n")
    try run { calls.count > before }
    return calls[before]
  }

  func run(until condition: () -> Bool, at location: SourceLocation = #_sourceLocation) throws {
    try loop.run(until: condition, at: location)
  }
}

extension ControlCall {
  /// Tells so much that, beyond what the kernel takes, exactly so many bytes wait for whoever has asked.
  func tell(untilWaiting count: Int) {
    let line = [UInt8](repeating: .of("x"), count: 10_000)
    while backlog == 0 { tell(line: line[...]) }
    tell(line: [UInt8](repeating: .of("x"), count: count - backlog - 1)[...])
    #expect(backlog == count)
  }
}

final class LocalClient {
  let descriptor: Descriptor
  private(set) var received = ""
  private(set) var hasEnded = false
  private var buffer = [UInt8](repeating: 0, count: 65_536)

  init(_ path: String) throws { descriptor = try Kernel.Socket.connect(toPath: path) }

  func say(_ text: String) throws {
    let bytes = Array(text.utf8)
    _ = try descriptor.send(bytes.span)
  }

  /// Takes what has come, and forgets it.
  func skip() {
    while case .done? = try? descriptor.recv(into: &buffer) {}
  }

  func lines() -> [String] {
    while !hasEnded, let transfer = try? descriptor.recv(into: &buffer) {
      switch transfer {
      case .done(let count): received += String(decoding: buffer[..<count], as: UTF8.self)
      case .wouldBlock: return received.split(separator: "\n").map(String.init)
      case .ended, .reset: hasEnded = true
      }
    }
    hasEnded = true
    return received.split(separator: "\n").map(String.init)
  }
}

@Suite struct ControlServerTests {
  @Test func requestsAreAnsweredInOrder() throws {
    let site = try ControlSite()
    let client = try site.client()
    try client.say("now\r\nchange\nlater\nnow\n")
    try site.run { site.calls.count == 1 }
    #expect(client.lines() == [#"{"verb":"now","done":true}"#, #"{"verb":"change","done":true}"#])
    site.calls[0].tell([("step", .integer(1))])
    site.calls[0].finish()
    #expect(!site.calls[0].isOpen)
    try site.run { client.lines().count == 5 }
    #expect(client.lines()[2...] == [#"{"step":1}"#, #"{"done":true}"#, #"{"verb":"now","done":true}"#])
    let log = site.reader.lines
    #expect(log.filter { $0.contains("asks for 'change'") }.count == 1)
    #expect(log.filter { $0.contains("reads 'now'") }.count == 1)
  }

  @Test func whoGoesIsNoticed() throws {
    let site = try ControlSite()
    do {
      let client = try site.client()
      try client.say("later\n")
      try site.run { site.calls.count == 1 }
    }
    try site.run { site.left == 1 }
    #expect(site.server.count == 0 && !site.calls[0].isOpen)
    site.calls[0].tell([])
    site.calls[0].finish()
  }

  @Test func whoHasEndedItsInputIsStillAnswered() throws {
    let site = try ControlSite()
    let client = try site.client()
    try client.say("later\nhalf")
    client.descriptor.shutdown(.sending)
    try site.run { site.calls.count == 1 }
    for _ in 0..<5 { try site.loop.turn(waitingAtMost: .milliseconds(1)) }
    #expect(site.left == 0)
    site.calls[0].finish()
    try site.run {
      _ = client.lines()
      return client.hasEnded
    }
    #expect(client.lines() == [#"{"done":true}"#])
  }

  @Test func theOldestIdleClientGivesWay() throws {
    let site = try ControlSite()
    let clients = try (0..<ControlServer.mostOfUser).map { _ in try site.client() }
    try site.run { site.server.count == clients.count }
    try clients[0].say("later\n")
    try site.run { site.calls.count == 1 }
    let another = try site.client()
    try another.say("now\n")
    try site.run { another.lines().count == 1 }
    #expect(site.server.count == ControlServer.mostOfUser)
    _ = clients.map { $0.lines() }
    #expect(clients.map(\.hasEnded) == clients.indices.map { $0 == 1 })
  }

  @Test func whereAllAreBusyNobodyElseComesIn() throws {
    let site = try ControlSite(descriptors: 32)
    let clients = try (0..<2).map { _ in try site.client() }
    for client in clients { try client.say("later\n") }
    try site.run { site.calls.count == 2 }
    let another = try site.client()
    try site.run {
      _ = another.lines()
      return another.hasEnded
    }
    #expect(another.lines().first?.hasSuffix(#""code":"busy"}"#) == true)
    #expect(site.server.count == 2)
  }

  @Test func whoDoesNotReadIsLeft() throws {
    let site = try ControlSite()
    let client = try site.client()
    try client.say("later\n")
    try site.run { site.calls.count == 1 }
    let text = JSON.string(String(repeating: "x", count: 100_000))
    for _ in 0..<200 where site.calls[0].isOpen { site.calls[0].tell([("text", text)]) }
    #expect(!site.calls[0].isOpen && site.left == 1 && site.server.count == 0)
  }

  @Test func theSocketGoesWithTheServer() throws {
    let site = try ControlSite()
    #expect(site.folder.names == ["control.sock"])
    let mode = try FileManager.default.attributesOfItem(atPath: site.server.path)[.posixPermissions] as? Int
    #expect(mode == 0o660)
    site.server.close()
    #expect(site.folder.names == [])
  }

  /// Of two that start at once both may have found the same left-over socket; only one may take it away.
  @Test func onlyALeftOverSocketIsTakenAway() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/control.sock"
    #expect(try ControlServer.takeAway(path), "nothing is in the way")
    try leaveOver(path)
    #expect(folder.names == ["control.sock"])
    #expect(try ControlServer.takeAway(path))
    #expect(folder.names == [])
    let live = try LocalListener(at: path, mode: 0o600)
    #expect(try !ControlServer.takeAway(path))
    #expect(folder.names == ["control.sock"])
    _ = try Socket.connect(toPath: path)
    #expect(live.status.kind == .socket)
  }

  /// A socket whose daemon has died.
  private func leaveOver(_ path: String) throws { _ = try LocalListener(at: path, mode: 0o600) }

  @Test func whatIsNoSocketIsLeftAlone() throws {
    let folder = try TemporaryFolder()
    try folder.write([1], to: "file")
    let reader = try LogReader()
    let server = ControlServer([], loop: try EventLoop(), log: reader.log, descriptors: 64)
    server.open(at: "\(folder.path)/file", wasAsked: true)
    server.open(at: "\(folder.path)/absent/file", wasAsked: false)
    server.open(at: "\(folder.path)/\(String(repeating: "x", count: 108))", wasAsked: true)
    #expect(!server.isOpen && folder.names == ["file"])
    let log = reader.lines
    try #require(log.count == 3)
    #expect(log[0].hasPrefix("<4>") && log[0].contains("some other file, is there"))
    #expect(log[1].hasPrefix("<5>") && log[1].contains("no such file or directory"))
    #expect(log[2].hasPrefix("<4>") && log[2].contains("file name too long"))
  }
}

/// What one who asks may take of the daemon, and all of them together.
@Suite struct ControlLimitTests {
  /// (descriptors that the process may have, clients)
  @Test(arguments: [
    (0, 2), (47, 2), (48, 3), (1023, 63), (1024, ControlServer.most), (1 << 20, ControlServer.most),
  ])
  func soManyClientsHaveRoom(descriptors: Int, most: Int) throws {
    let site = try ControlSite(descriptors: descriptors)
    // Each of another user.
    let clients = try (1...most).map { try site.client(of: $0) }
    let ended = {
      clients.indices.filter {
        _ = clients[$0].lines()
        return clients[$0].hasEnded
      }
    }
    #expect(site.server.count == most && ended() == [])
    let another = try site.client(of: most + 1)
    try another.say("now\n")
    try site.run { another.lines().count == 1 }
    #expect(site.server.count == most && ended() == [0])
  }

  /// Of four users as many as each may have, and then a fifth one, who has none.
  @Test func busyClientsOfSeveralUsersFillTheServer() throws {
    let site = try ControlSite(descriptors: 1 << 20)
    let users = ControlServer.most / ControlServer.mostOfUser
    var clients: [LocalClient] = []
    for user in 1...users {
      for _ in 0..<ControlServer.mostOfUser { clients.append(try site.client(of: user)) }
    }
    for client in clients { _ = try site.call(of: client) }
    let another = try site.client(of: users + 1)
    #expect(another.lines().first?.hasPrefix(#"{"error":"there are too many clients already""#) == true)
    #expect(another.hasEnded && site.server.count == ControlServer.most)
    site.calls[0].finish()
    let next = try site.client(of: users + 1)
    try next.say("now\n")
    try site.run { next.lines().count == 1 }
    #expect(site.server.count == ControlServer.most)
  }

  @Test func oneTurnLetsABurstIn() throws {
    let site = try ControlSite()
    let clients = try (0...ControlServer.burst).map { _ in try site.client() }
    try site.loop.turn()
    #expect(site.server.count == ControlServer.burst)
    try site.run { site.server.count == clients.count }
  }

  /// What waits for one who does not read. `isRaw` is told as bytes, as the history is.
  @Test(arguments: [0, 1], [true, false])
  func oneMayBeSlowUpToALimit(beyond: Int, isRaw: Bool) throws {
    let site = try ControlSite()
    let client = try site.client()
    let call = try site.call(of: client)
    call.tell(untilWaiting: ControlConnection.mostBacklog + beyond)
    if isRaw { call.tell(line: [.of("x")]) } else { call.tell([("step", .integer(1))]) }
    #expect(call.isOpen == (beyond == 0) && site.left == beyond)
    #expect(site.reader.lines.count { $0.contains("it does not read what it asked for") } == beyond)
    withExtendedLifetime(client) {}
  }

  /// What waits for all together.
  @Test(arguments: [0, 1])
  func allMayBeSlowUpToALimit(beyond: Int) throws {
    let site = try ControlSite()
    let (slow, other) = (try site.client(), try site.client())
    let call = try site.call(of: slow)
    call.tell(untilWaiting: ControlServer.mostBacklog + beyond)
    try other.say("now\n")
    try site.run { other.lines().count == 1 }
    #expect(other.lines()[0].hasPrefix(beyond == 0 ? #"{"verb":"now""# : #"{"error":"too much is waiting"#))
    // It is over when somebody reads.
    try site.run {
      slow.skip()
      return call.backlog == 0
    }
    try other.say("now\n")
    try site.run { other.lines().count == 2 }
    #expect(other.lines()[1].hasPrefix(#"{"verb":"now""#))
  }

  /// In whatever pieces it comes; a CR is of the end.
  @Test(
    arguments: [
      (0, ["\n"], true), (0, ["\r\n"], true), (0, ["\r", "\n"], true), (1, ["\n"], false), (1, ["\r\n"], false),
      (1, ["\r", "\n"], false), (1, [], false), (0, [], nil),
    ] as [(Int, [String], Bool?)])
  func aLineHasALimit(beyond: Int, pieces: [String], isTaken: Bool?) throws {
    let site = try ControlSite()
    let client = try site.client()
    for piece in ["now" + String(repeating: " ", count: ControlRequest.longestLine - 3 + beyond)] + pieces {
      try client.say(piece)
      for _ in 0..<5 { try site.loop.turn(waitingAtMost: .milliseconds(1)) }
    }
    // Of a line of the greatest length that has no end yet nothing is said.
    let start = isTaken.map { $0 ? #"{"verb":"now""# : #"{"error":"a request has at most 4096 bytes""# }
    #expect(client.lines().count == (start == nil ? 0 : 1))
    if let start { #expect(client.lines().first?.hasPrefix(start) == true) }
  }

  /// A user of each kind is logged once, as far as they can be remembered.
  @Test func whoAsksIsLoggedUpToALimit() throws {
    let site = try ControlSite()
    for user in 1...ControlServer.mostRemembered + 1 {
      let client = try site.client(of: 100_000 + user)
      try client.say("now\nchange\nnow\nchange\n")
      try site.run { client.lines().count == 4 }
    }
    let lines = site.reader.lines
    #expect(lines.count { $0.contains("reads 'now'") } == ControlServer.mostRemembered)
    #expect(lines.count { $0.contains("refused 'change'") } == ControlServer.mostRemembered)
  }
}
