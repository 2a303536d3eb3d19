import Testing
import Text

@testable import Agent

@Suite struct BalancersTests {
  private let one = IPAddress("192.0.2.1")!
  private let other = IPAddress("2001:db8::1")!

  @Test func readyIsToldOnlyToWhomMaintenanceWasTold() {
    var balancers = Balancers()
    balancers.tellAdministrative("web", one)
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
      if seconds < 101 { balancers.tellAdministrative("web", one) }
      told.append(balancers.needsReady("web", one, at: .seconds(seconds), readyFor: .seconds(5)))
    }
    #expect(told == [true, true, true, false])
  }

  @Test func aMappedAddressIsTheSameBalancer() {
    var balancers = Balancers()
    balancers.tellAdministrative("web", IPAddress("::ffff:192.0.2.1")!)
    let told = balancers.needsReady("web", one, at: .zero, readyFor: .seconds(1))
    #expect(told)
  }

  @Test(arguments: [Balancers.limit, Balancers.limit + 1])
  func manyBalancersAreBounded(count: Int) {
    var balancers = Balancers()
    for index in 0..<count { balancers.tellAdministrative("web", .v4(UInt32(index))) }
    // Nobody who was told is left in maintenance, remembered or not.
    for index in 0..<count {
      let told = balancers.needsReady("web", .v4(UInt32(index)), at: .zero, readyFor: .seconds(1))
      #expect(told)
    }
    let stranger = balancers.needsReady("web", other, at: .zero, readyFor: .seconds(1))
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
    before.begin("web")
    before.tellAdministrative("web", one)
    before.end("web")
    var balancers = try killed(before)
    // Complete: nobody else was told.
    var told: [Bool] = []
    told.append(balancers.needsReady("web", other, at: .seconds(5), readyFor: readyFor))
    told.append(balancers.needsReady("web", one, at: .seconds(5), readyFor: readyFor))
    // Killed in the midst of it: the time begins anew with the next process.
    balancers = try killed(balancers)
    told.append(balancers.needsReady("web", one, at: .seconds(3), readyFor: readyFor))
    told.append(balancers.needsReady("web", one, at: .seconds(62), readyFor: readyFor))
    told.append(balancers.needsReady("web", one, at: .seconds(63), readyFor: readyFor))
    #expect(told == [false, true, true, true, false])
    #expect(balancers.isEmpty)
    #expect(try killed(balancers).isEmpty)
  }

  @Test func aCrashDuringMaintenanceMakesEverybodyAStrangerWhoMayHaveBeenTold() throws {
    var before = Balancers()
    before.begin("web")
    before.begin("db")
    before.end("db")
    var balancers = try killed(before)
    // (at seconds, service, address, told ready)
    let rows: [(Int, String, IPAddress, Bool)] = [
      (10, "db", one, false),
      (10, "web", one, true),  // the hour begins
      (69, "web", one, true),
      (70, "web", one, false),
      (71, "web", one, false),  // once for each
      (3609, "web", other, true),
      (3610, "web", .v4(7), false),  // it is over
      (3611, "web", one, false),
      (3668, "web", other, true),
      (3669, "web", other, false),
    ]
    for (seconds, service, address, ready) in rows {
      let told = balancers.needsReady(service, address, at: .seconds(seconds), readyFor: readyFor)
      #expect(told == ready, "\(service) \(address) at \(seconds) s")
    }
    #expect(balancers.isEmpty)
  }

  @Test func whoHasHadItIsNotToldAgainAfterAnotherCrash() throws {
    var before = Balancers()
    before.begin("web")
    before.tellAdministrative("web", one)
    var balancers = try killed(before)
    _ = balancers.needsReady("web", one, at: .zero, readyFor: readyFor)
    _ = balancers.needsReady("web", one, at: readyFor, readyFor: readyFor)
    balancers = try killed(balancers)
    let again = balancers.needsReady("web", one, at: .zero, readyFor: readyFor)
    let stranger = balancers.needsReady("web", other, at: .zero, readyFor: readyFor)
    #expect(!again && stranger)
  }

  @Test func maintenanceThatGoesOnAfterACrashIsWrittenAlready() throws {
    var before = Balancers()
    before.begin("web")
    before.tellAdministrative("web", one)
    var after = try killed(before)
    after.begin("web")
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
    for _ in 0..<2 { count { $0.sendWeight("web") } }
    for _ in 0..<2 { count { $0.begin("web") } }
    for _ in 0..<2 { count { $0.tellAdministrative("web", one) } }
    for _ in 0..<2 { count { $0.end("web") } }
    for seconds in [0, 59, 60, 61] {
      count { _ = $0.needsReady("web", one, at: .seconds(seconds), readyFor: readyFor) }
    }
    #expect(revisions == [1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0])
  }
}
