import Foundation
import Kernel
import Testing
import Text

@testable import Agent

/// A control server with verbs of its own, on a socket of its own.
private final class ControlSite: ControlHandler, ControlCallOwner {
  let loop: EventLoop
  let reader: LogReader
  let server: ControlServer
  let folder: TemporaryFolder
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

  func run(until condition: () -> Bool, at location: SourceLocation = #_sourceLocation) throws {
    try loop.run(until: condition, at: location)
  }
}

private final class LocalClient {
  let descriptor: Descriptor
  private(set) var received = ""
  private(set) var hasEnded = false
  private var buffer = [UInt8](repeating: 0, count: 65_536)

  init(_ path: String) throws { descriptor = try Kernel.Socket.connect(toPath: path) }

  func say(_ text: String) throws {
    let bytes = Array(text.utf8)
    _ = try descriptor.send(bytes.span)
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
