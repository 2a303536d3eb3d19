import Foundation
import TestSupport
import Testing
import Text

@testable import Kernel

private let loopback4 = IPAddress.v4(0x7F00_0001)
private let loopback6 = IPAddress.v6(0, 1)

/// A listener that listens.
private func listen(_ address: IPAddress, _ port: UInt16 = 0) throws -> Listener {
  let listener = try Listener(on: address, port: port)
  try listener.listen()
  return listener
}

/// A connection that has been made, or the error.
private func connect(_ address: IPAddress, _ port: UInt16) throws -> Descriptor {
  switch try Socket.connect(to: address, port: port) {
  case .connected(let descriptor): return descriptor
  case .underWay(let descriptor):
    var wait = pollfd(fd: descriptor.number, events: Int16(POLLOUT), revents: 0)
    #expect(poll(&wait, 1, 10_000) == 1)
    try Socket.outcome(of: descriptor)
    return descriptor
  }
}

/// The next connection, or an issue.
private func accept(_ listener: borrowing Listener) throws -> (Holder<Descriptor>, IPAddress) {
  #expect(waitReadable(listener.descriptor) == true)
  guard case .connection(let descriptor, let peer) = listener.accept() else {
    throw SystemError(code: EAGAIN, call: "accept4")
  }
  return (Holder(descriptor), peer)
}

@Suite struct SocketTests {
  @Test(arguments: [loopback4, loopback6])
  func aConnectionCarriesBytesBothWays(_ address: IPAddress) throws {
    let listener = try listen(address)
    let client = try connect(address, listener.port)
    let (server, peer) = try accept(listener)
    #expect(peer == address)
    #expect(try Socket.localAddress(of: server.value) == address)
    #expect(try server.value.send(bytes("50% up\n").span) == .done(7))
    server.value.shutdown(.sending)
    var buffer = [UInt8](repeating: 0, count: 64)
    #expect(waitReadable(client) == true)
    #expect(try client.recv(into: &buffer) == .done(7))
    #expect(try client.recv(into: &buffer) == .ended)
    #expect(try client.send(bytes("hello").span) == .done(5))
    #expect(waitReadable(server.value) == true)
    #expect(try server.value.discard(1024) == .done(5))
    #expect(try server.value.discard(1024) == .wouldBlock)
  }

  @Test func nobodyWaitsAtAQuietListener() throws {
    let listener = try listen(loopback4)
    guard case .wouldBlock = listener.accept() else {
      Issue.record("something came from nowhere")
      return
    }
  }

  @Test func theUnspecifiedAddressTakesItsOwnFamilyOnly() throws {
    let listener = try listen(.everyV6)
    _ = try connect(loopback6, listener.port)
    #expect(throws: SystemError.self) { _ = try connect(loopback4, listener.port) }
    let other = try listen(.everyV4, listener.port)
    _ = try connect(loopback4, other.port)
  }

  @Test func aPathHasALimit() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/" + String(repeating: "x", count: 107 - directory.path.utf8.count - 1)
    let listener = try LocalListener(at: path, mode: 0o600)
    _ = try Socket.connect(toPath: path)
    #expect(listener.status.kind == .socket)
    var error = #expect(throws: SystemError.self) { _ = try LocalListener(at: path + "x", mode: 0o600) }
    #expect(error?.code == ENAMETOOLONG)
    error = #expect(throws: SystemError.self) { _ = try Socket.connect(toPath: path + "x") }
    #expect(error?.code == ENAMETOOLONG)
  }

  @Test func aRefusedConnectionSaysSo() throws {
    // Taken, but nobody is let in.
    let listener = try Listener(on: loopback4, port: 0)
    let error = #expect(throws: SystemError.self) { _ = try connect(loopback4, listener.port) }
    #expect(error?.code == ECONNREFUSED)
  }

  @Test func aPeerThatResetsIsAnOutcome() throws {
    let listener = try listen(loopback4)
    let server: Holder<Descriptor>
    do {
      let client = try connect(loopback4, listener.port)
      server = try accept(listener).0
      var now = linger(l_onoff: 1, l_linger: 0)
      #expect(setsockopt(client.number, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size)) == 0)
    }
    #expect(waitReadable(server.value) == true)
    #expect(try server.value.discard(16) == .reset)
  }

  @Test func twoListenersOfOneAddressNeedBothToAgree() throws {
    let every = try listen(.everyV4)
    let error = #expect(throws: SystemError.self) { _ = try Listener(on: loopback4, port: every.port) }
    #expect(error?.isAddressInUse == true)
    #expect(throws: SystemError.self) { _ = try Listener(on: loopback4, port: every.port, sharing: true) }
    try every.share(true)
    let exact = try Listener(on: loopback4, port: every.port, sharing: true)
    try exact.listen()
    try every.share(false)
    try exact.share(false)
    _ = try connect(loopback4, every.port)
    #expect(waitReadable(exact.descriptor) == true)
    guard case .wouldBlock = every.accept() else {
      Issue.record("the wider address got the connection")
      return
    }
    // A second daemon, which does not share, is refused as before.
    #expect(throws: SystemError.self) { _ = try Listener(on: loopback4, port: every.port) }
    #expect(throws: SystemError.self) { _ = try Listener(on: .everyV4, port: every.port) }
  }

  @Test func aPairKeepsTheBoundsOfRecords() throws {
    let pair = try Socket.pair()
    #expect(try pair.near.send(bytes("one").span) == .done(3))
    #expect(try pair.near.send(bytes("three").span) == .done(5))
    var buffer = [UInt8](repeating: 0, count: 64)
    #expect(try pair.far.recv(into: &buffer) == .done(3))
    let before = pair.far.isAbandoned
    pair.near.shutdown(.both)
    let after = pair.far.isAbandoned
    #expect(!before && after)
    #expect(try pair.far.recv(into: &buffer) == .done(5))
    #expect(try pair.far.recv(into: &buffer) == .ended)
  }
}

@Suite struct AddressTextTests {
  private func kernelReads(_ text: String) -> IPAddress? {
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 { return .v4(UInt32(bigEndian: four.s_addr)) }
    var six: [UInt64] = [0, 0]
    return inet_pton(AF_INET6, text, &six) == 1 ? .v6(UInt64(bigEndian: six[0]), UInt64(bigEndian: six[1])) : nil
  }

  private func kernelWrites(_ address: IPAddress) -> String {
    var room = [CChar](repeating: 0, count: 64)
    switch address {
    case .v4(let bits):
      var bits = bits.bigEndian
      inet_ntop(AF_INET, &bits, &room, 64)
    case .v6(let high, let low):
      var halves = [high.bigEndian, low.bigEndian]
      inet_ntop(AF_INET6, &halves, &room, 64)
    }
    return String(decoding: room.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  @Test func writesWhatTheSystemWrites() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<20_000 {
      var (high, low): (UInt64, UInt64) = (0, 0)
      for _ in 0..<8 {
        // Many zeros, so that all places of the gap occur; and small numbers, for leading zeros.
        let group = [
          0, 0, 0, UInt16.random(in: 0...0x1FF, using: &generator), .random(in: 0...0xFFFF, using: &generator),
        ]
        (high, low) = (high << 16 | low >> 48, low << 16 | UInt64(group.randomElement(using: &generator)!))
      }
      if Bool.random(using: &generator) { (high, low) = (0, low & 0xFFFF_FFFF_FFFF) }
      for address in [IPAddress.v6(high, low), .v4(UInt32(truncatingIfNeeded: low))] {
        let text = kernelWrites(address)
        #expect(address.description == text)
        #expect(IPAddress(text) == address)
      }
    }
  }

  @Test func readsWhatTheSystemReads() {
    var generator = SeededGenerator(seed: 2)
    let pieces = [
      "0", "1", "12", "255", "256", "01", "f", "fFfF", "10000", ":", ":", "::", ".", ".", "", "g", "%", " ",
    ]
    var valid = 0
    for _ in 0..<200_000 {
      let length = Int.random(in: 0...16, using: &generator)
      let text = (0..<length).map { _ in pieces.randomElement(using: &generator)! }.joined()
      let expected = kernelReads(text)
      if expected != nil { valid += 1 }
      #expect(IPAddress(text) == expected, "\(text)")
    }
    #expect(valid > 100)
  }

  @Test func readsAddressesThatWereDamagedByOneByte() {
    var generator = SeededGenerator(seed: 3)
    let seeds = ["1:2:3:4:5:6:7:8", "::ffff:192.0.2.1", "1::8", "1:2:3:4:5:6:192.0.2.1", "2001:db8::", "10.20.30.40"]
    let alphabet = bytes("0123456789abcdefF:.")
    for _ in 0..<50_000 {
      var text = bytes(seeds.randomElement(using: &generator)!)
      let place = text.indices.randomElement(using: &generator)!
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: text[place] = alphabet.randomElement(using: &generator)!
      case 1: text.remove(at: place)
      default: text.insert(alphabet.randomElement(using: &generator)!, at: place)
      }
      let damaged = String(decoding: text, as: UTF8.self)
      #expect(IPAddress(damaged) == kernelReads(damaged), "\(damaged)")
    }
  }
}
