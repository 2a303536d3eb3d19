import Testing
import Text

@testable import Agent

@Suite struct BalancersTests {
  private let one = IPAddress("192.0.2.1")!
  private let other = IPAddress("2001:db8::1")!

  @Test func readyIsToldOnlyToWhomMaintenanceWasTold() {
    var balancers = Balancers()
    balancers.tellsAdministrative("web", one)
    let minute = Duration.seconds(60)
    // (probe at, service, address, told ready)
    let rows: [(Int, String, IPAddress, Bool)] = [
      (100, "web", other, false),
      (100, "db", one, false),
      (110, "web", one, true),  // the minute begins with the first probe
      (169, "web", one, true),
      (170, "web", one, false),
      (171, "web", one, false),
    ]
    for (seconds, service, address, ready) in rows {
      let told = balancers.needsReady(service, address, at: .seconds(seconds), readyFor: minute)
      #expect(told == ready, "\(service) at \(seconds) s")
    }
    #expect(balancers.isEmpty)
  }

  @Test func anotherMaintenanceBeginsAnew() {
    var balancers = Balancers()
    var told: [Bool] = []
    for seconds in [1, 100, 104, 105] {
      if seconds < 101 { balancers.tellsAdministrative("web", one) }
      told.append(balancers.needsReady("web", one, at: .seconds(seconds), readyFor: .seconds(5)))
    }
    #expect(told == [true, true, true, false])
  }

  @Test func aMappedAddressIsTheSameBalancer() {
    var balancers = Balancers()
    balancers.tellsAdministrative("web", IPAddress("::ffff:192.0.2.1")!)
    let told = balancers.needsReady("web", one, at: .zero, readyFor: .seconds(1))
    #expect(told)
  }

  @Test(arguments: [Balancers.limit, Balancers.limit + 1])
  func manyBalancersAreBounded(count: Int) {
    var balancers = Balancers()
    for index in 0..<count { balancers.tellsAdministrative("web", .v4(UInt32(index))) }
    // Nobody who was told is left in maintenance, remembered or not.
    for index in 0..<count {
      let told = balancers.needsReady("web", .v4(UInt32(index)), at: .zero, readyFor: .seconds(1))
      #expect(told)
    }
    let stranger = balancers.needsReady("web", other, at: .zero, readyFor: .seconds(1))
    #expect(stranger == (count > Balancers.limit))
  }
}
