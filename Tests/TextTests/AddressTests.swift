import Testing

@testable import Text

@Suite struct InternetAddressTests {
  @Test(arguments: [
    (":9999", ":9999"),
    ("*:9999", ":9999"),
    ("127.0.0.1:9998", "127.0.0.1:9998"),
    ("0.0.0.0:1", "0.0.0.0:1"),
    ("[::1]:65535", "[::1]:65535"),
    ("[2001:DB8:0:0:0:0:0:1]:80", "[2001:db8::1]:80"),
    ("[::]:9999", "[::]:9999"),
  ])
  func isReadAndWritten(_ text: String, _ canonical: String) throws {
    let address = try InternetAddress(text)
    #expect(address.description == canonical)
    #expect(try InternetAddress(canonical) == address)
  }

  @Test(arguments: [
    ("", InternetAddress.Mistake.empty),
    ("9999", .portAlone),
    ("127.0.0.1", .noPort),
    ("localhost", .noPort),
    ("[::1]", .noPort),
    ("127.0.0.1:", .port(10..<10)),
    (":0", .port(1..<2)),
    (":65536", .port(1..<6)),
    (":99999999999999999999", .port(1..<21)),
    (":80x", .port(1..<4)),
    (": 80", .port(1..<4)),
    (":+80", .port(1..<4)),
    ("::1:9999", .noBrackets),
    ("::", .noBrackets),
    ("[::1:9999", .brackets(0..<9)),
    ("[127.0.0.1]:80", .brackets(0..<11)),
    ("[::1]x:80", .brackets(5..<9)),
    ("localhost:80", .host(0..<9)),
    ("127.0.0.01:80", .host(0..<10)),
    ("127.0.0.256:80", .host(0..<11)),
    ("1.2.3:80", .host(0..<5)),
  ])
  func mistakesAreFacts(_ text: String, _ mistake: InternetAddress.Mistake) {
    #expect(throws: mistake) { try InternetAddress(text) }
  }

  @Test(arguments: [
    (":80", "127.0.0.1:80", true),
    (":80", "[::1]:80", true),
    (":80", ":80", true),
    (":80", "127.0.0.1:81", false),
    ("0.0.0.0:80", "127.0.0.1:80", true),
    ("0.0.0.0:80", "[::1]:80", false),
    ("0.0.0.0:80", ":80", false),
    ("[::]:80", "[::1]:80", true),
    ("127.0.0.1:80", "0.0.0.0:80", false),
    ("127.0.0.1:80", "127.0.0.2:80", false),
  ])
  func knowsWhatItCovers(_ wide: String, _ narrow: String, _ covers: Bool) throws {
    #expect(try InternetAddress(wide).covers(InternetAddress(narrow)) == covers)
  }

  @Test func mappedAddressesAreIPv4() {
    #expect(IPAddress("::ffff:192.0.2.1")?.unmapped == IPAddress("192.0.2.1"))
    #expect(IPAddress("::ffff:192.0.2.1")?.isMapped == true)
    #expect(IPAddress("::fffe:192.0.2.1")?.isMapped == false)
    #expect(IPAddress("::1")?.unmapped == .v6(0, 1))
  }
}

@Suite struct AddressSetTests {
  @Test(arguments: [
    ("10.0.0.0/8", "10.255.255.255", true),
    ("10.0.0.0/8", "11.0.0.0", false),
    ("10.0.0.0/8", "::ffff:10.1.2.3", true),
    ("10.0.0.0/8", "::10.1.2.3", false),
    ("192.0.2.1", "192.0.2.1", true),
    ("192.0.2.1/32", "192.0.2.0", false),
    ("0.0.0.0/0", "255.255.255.255", true),
    ("0.0.0.0/0", "::1", false),
    ("::/0", "::1", true),
    ("::/0", "192.0.2.1", true),
    ("::1", "::1", true),
    ("::1", "::2", false),
    ("2001:db8::/33", "2001:db8:7fff::1", true),
    ("2001:db8::/33", "2001:db8:8000::1", false),
    ("::ffff:10.0.0.0/104", "10.9.9.9", true),
    ("::ffff:10.0.0.0/104", "11.9.9.9", false),
    ("::ffff:0:0/96", "1.2.3.4", true),
    ("::/80", "1.2.3.4", true),
    ("8000::/1", "1.2.3.4", false),
  ])
  func contains(_ block: String, _ address: String, _ expected: Bool) throws {
    #expect(AddressSet([try AddressBlock(block)]).contains(IPAddress(address)!) == expected)
  }

  @Test func aSetIsTheSumOfItsBlocks() throws {
    let set = AddressSet([try AddressBlock("10.0.0.0/8"), try AddressBlock("::1")])
    #expect(set.contains(IPAddress("10.1.1.1")!) && set.contains(.v6(0, 1)))
    #expect(!set.contains(IPAddress("127.0.0.1")!))
    #expect(!AddressSet([]).contains(.everyV4))
  }

  @Test(arguments: [
    ("10.1.2.3/8", "10.0.0.0/8"),
    ("10.1.2.3", "10.1.2.3"),
    ("255.255.255.255/0", "0.0.0.0/0"),
    ("2001:db8::1/32", "2001:db8::/32"),
    ("::ffff:10.1.2.3/104", "10.0.0.0/8"),
  ])
  func bitsBehindThePrefixShow(_ text: String, _ canonical: String) throws {
    #expect(try AddressBlock(text).canonical.description == canonical)
    #expect(try AddressBlock(canonical).canonical.description == canonical)
  }

  @Test(arguments: [
    ("10.0.0/8", AddressBlock.Mistake.address(0..<6)),
    ("", .address(0..<0)),
    ("example.org", .address(0..<11)),
    ("10.0.0.0/33", .prefix(9..<11, limit: 32)),
    ("10.0.0.0/", .prefix(9..<9, limit: 32)),
    ("10.0.0.0/x", .prefix(9..<10, limit: 32)),
    ("10.0.0.0/255.0.0.0", .prefix(9..<18, limit: 32)),
    ("::/129", .prefix(3..<6, limit: 128)),
    ("::/9999", .prefix(3..<7, limit: 128)),
  ])
  func mistakesAreFacts(_ text: String, _ mistake: AddressBlock.Mistake) {
    #expect(throws: mistake) { try AddressBlock(text) }
  }
}
