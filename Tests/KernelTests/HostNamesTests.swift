import Testing
import Text

@testable import Kernel

@Suite struct HostNamesTests {
  @Test func addressesMeanThemselves() throws {
    #expect(try HostNames.getaddrinfo("192.0.2.10") == [IPAddress("192.0.2.10")])
    #expect(try HostNames.getaddrinfo("2001:db8::1") == [IPAddress("2001:db8::1")])
  }

  @Test func localhostIsHere() throws {
    let addresses = try HostNames.getaddrinfo("localhost")
    #expect(addresses.contains(IPAddress.v4(0x7F00_0001)))
    #expect(Set(addresses).count == addresses.count)
  }

  @Test func aNameThatCannotBeIsRefusedInWords() {
    do {
      // Too long to be asked for.
      _ = try HostNames.getaddrinfo(String(repeating: "x", count: 300))
      Issue.record("it has an address")
    } catch {
      #expect(!error.message.isEmpty)
    }
  }

  @Test func thisHostHasAName() {
    let name = HostNames.ofThisHost()
    #expect(!name.isEmpty && !name.utf8.contains(0) && name.utf8.count <= 64)
  }
}

@Suite struct PollTests {
  @Test func waitsForWhatComes() throws {
    let pair = try Socket.pair()
    let begun = Clock.monotonic()
    #expect(try !pair.near.poll(for: .readable, until: begun + .milliseconds(20)))
    #expect(Clock.monotonic() - begun >= .milliseconds(20))
    #expect(try pair.near.poll(for: .writable, until: begun))
    #expect(try pair.far.send(bytes("x").span) == .done(1))
    #expect(try pair.near.poll(for: .readable, until: begun + .seconds(10)))
  }

  @Test func sleepsUntilAnInstant() {
    let begun = Clock.monotonic()
    Clock.sleep(until: begun + .milliseconds(20))
    #expect(Clock.monotonic() - begun >= .milliseconds(20))
    Clock.sleep(until: begun)
  }
}
