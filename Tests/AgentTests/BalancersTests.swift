import Testing
import Text

@testable import Agent

@Suite struct BalancersTests {
  private let one = IPAddress("192.0.2.1")!
  private let other = IPAddress("2001:db8::1")!

  @Test func readyIsToldOnlyToWhomMaintenanceWasTold() {
    var balancers = Balancers()
    balancers.tellAdministrative(":9999", one)
    let minute = Duration.seconds(60)
    // (probe at, place, address, told ready)
    let rows: [(Int, ProbePlace, IPAddress, Bool)] = [
      (100, ":9999", other, false),
      (100, ":9998", one, false),
      (110, ":9999", one, true),  // the minute begins with the first probe
      (169, ":9999", one, true),
      (170, ":9999", one, false),
      (171, ":9999", one, false),
    ]
    for (seconds, place, address, ready) in rows {
      let told = balancers.needsReady(place, address, at: .seconds(seconds), readyFor: minute)
      #expect(told == ready, "\(place) at \(seconds) s")
    }
    #expect(balancers.isEmpty)
  }

  @Test func anotherMaintenanceBeginsAnew() {
    var balancers = Balancers()
    var told: [Bool] = []
    for seconds in [1, 100, 104, 105] {
      if seconds < 101 { balancers.tellAdministrative(":9999", one) }
      told.append(balancers.needsReady(":9999", one, at: .seconds(seconds), readyFor: .seconds(5)))
    }
    #expect(told == [true, true, true, false])
  }

  @Test func aMappedAddressIsTheSameBalancer() {
    var balancers = Balancers()
    balancers.tellAdministrative(":9999", IPAddress("::ffff:192.0.2.1")!)
    let told = balancers.needsReady(":9999", one, at: .zero, readyFor: .seconds(1))
    #expect(told)
  }

  @Test(arguments: [Balancers.limit, Balancers.limit + 1])
  func manyBalancersAreBounded(count: Int) {
    var balancers = Balancers()
    for index in 0..<count { balancers.tellAdministrative(":9999", .v4(UInt32(index))) }
    // Nobody who was told is left in maintenance, remembered or not.
    for index in 0..<count {
      let told = balancers.needsReady(":9999", .v4(UInt32(index)), at: .zero, readyFor: .seconds(1))
      #expect(told)
    }
    let stranger = balancers.needsReady(":9999", other, at: .zero, readyFor: .seconds(1))
    #expect(stranger == (count > Balancers.limit))
  }

  /// What the next process makes of what this one has written when it is killed.
  private func killed(_ balancers: Balancers) throws -> Balancers {
    var bytes: [UInt8] = []
    balancers.write(into: &bytes)
    let read = Balancers(bytes.span)
    return try #require(read)
  }

  private let readyFor = Duration.seconds(60)

  @Test func whoWasToldIsOwedAfterACrash() throws {
    var before = Balancers()
    before.begin(":9999")
    before.tellAdministrative(":9999", one)
    before.end(":9999")
    var balancers = try killed(before)
    // Complete: nobody else was told.
    var told: [Bool] = []
    told.append(balancers.needsReady(":9999", other, at: .seconds(5), readyFor: readyFor))
    told.append(balancers.needsReady(":9999", one, at: .seconds(5), readyFor: readyFor))
    // Killed in the midst of it: the time begins anew with the next process.
    balancers = try killed(balancers)
    told.append(balancers.needsReady(":9999", one, at: .seconds(3), readyFor: readyFor))
    told.append(balancers.needsReady(":9999", one, at: .seconds(62), readyFor: readyFor))
    told.append(balancers.needsReady(":9999", one, at: .seconds(63), readyFor: readyFor))
    #expect(told == [false, true, true, true, false])
    #expect(balancers.isEmpty)
    #expect(try killed(balancers).isEmpty)
  }

  @Test func aCrashDuringMaintenanceMakesEverybodyAStrangerWhoMayHaveBeenTold() throws {
    var before = Balancers()
    before.begin(":9999")
    before.begin(":9998")
    before.end(":9998")
    var balancers = try killed(before)
    // (at seconds, place, address, told ready)
    let rows: [(Int, ProbePlace, IPAddress, Bool)] = [
      (10, ":9998", one, false),
      (10, ":9999", one, true),  // the hour begins
      (69, ":9999", one, true),
      (70, ":9999", one, false),
      (71, ":9999", one, false),  // once for each
      (3609, ":9999", other, true),
      (3610, ":9999", .v4(7), false),  // it is over
      (3611, ":9999", one, false),
      (3668, ":9999", other, true),
      (3669, ":9999", other, false),
    ]
    for (seconds, place, address, ready) in rows {
      let told = balancers.needsReady(place, address, at: .seconds(seconds), readyFor: readyFor)
      #expect(told == ready, "\(place) \(address) at \(seconds) s")
    }
    #expect(balancers.isEmpty)
  }

  @Test func whoHasHadItIsNotToldAgainAfterAnotherCrash() throws {
    var before = Balancers()
    before.begin(":9999")
    before.tellAdministrative(":9999", one)
    var balancers = try killed(before)
    _ = balancers.needsReady(":9999", one, at: .zero, readyFor: readyFor)
    _ = balancers.needsReady(":9999", one, at: readyFor, readyFor: readyFor)
    balancers = try killed(balancers)
    let again = balancers.needsReady(":9999", one, at: .zero, readyFor: readyFor)
    let stranger = balancers.needsReady(":9999", other, at: .zero, readyFor: readyFor)
    #expect(!again && stranger)
  }

  @Test func maintenanceThatGoesOnAfterACrashIsWrittenAlready() throws {
    var before = Balancers()
    before.begin(":9999")
    before.tellAdministrative(":9999", one)
    var after = try killed(before)
    after.begin(":9999")
    var (old, new): ([UInt8], [UInt8]) = ([], [])
    before.write(into: &old)
    after.write(into: &new)
    #expect(old == new)
  }

  @Test func onlyWhatMattersAfterACrashCounts() {
    var balancers = Balancers()
    var revisions: [Int] = []
    func count(_ step: (inout Balancers) -> Void) {
      let before = balancers.revision
      step(&balancers)
      revisions.append(balancers.revision - before)
    }
    for _ in 0..<2 { count { $0.sendWeight(":9999") } }
    for _ in 0..<2 { count { $0.begin(":9999") } }
    for _ in 0..<2 { count { $0.tellAdministrative(":9999", one) } }
    for _ in 0..<2 { count { $0.end(":9999") } }
    for seconds in [0, 59, 60, 61] {
      count { _ = $0.needsReady(":9999", one, at: .seconds(seconds), readyFor: readyFor) }
    }
    #expect(revisions == [1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0])
  }
}
