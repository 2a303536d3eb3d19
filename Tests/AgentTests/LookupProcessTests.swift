import Testing
import Text

@testable import Agent

@Suite struct LookupProcessTests {
  @Test(arguments: [1, LookupProcess.mostAddresses, LookupProcess.mostAddresses + 1])
  func theFirstAddressesAreTold(count: Int) {
    let addresses = (0..<count).map { IPAddress.v6(UInt64($0), 1) }
    let text = LookupProcess.text(of: addresses)
    #expect(
      LookupProcess.addresses(in: Array(text.utf8)) == Array(addresses.prefix(LookupProcess.mostAddresses)))
  }
}
