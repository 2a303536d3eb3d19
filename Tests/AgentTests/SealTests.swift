import Testing

@testable import Agent

@Suite struct SealTests {
  private static let contents = "service web\nanybody\nowed 192.0.2.1\n"

  @Test func theFirstLineCountsAndSumsUp() {
    // The check value of the standard.
    let check = Array("123456789".utf8)
    #expect(Seal.checksum(check.span) == 0xCBF4_3926)
    #expect(String(decoding: Seal.seal([]), as: UTF8.self) == "agentcheckd 1 bytes=0 crc32=00000000\n")
    let bytes = Array(Self.contents.utf8)
    #expect(Seal.open(Seal.seal(bytes)) == bytes)
  }

  /// Every document that a crash or a disk has changed in one place is recognised.
  @Test func anyDamageIsSeen() {
    let document = Seal.seal(Array(Self.contents.utf8))
    for index in document.indices {
      #expect(Seal.open(Array(document[..<index])) == nil, "cut at \(index)")
      for bit in 0..<8 {
        var damaged = document
        damaged[index] ^= 1 << bit
        #expect(Seal.open(damaged) == nil, "bit \(bit) of byte \(index)")
      }
    }
    #expect(Seal.open(document + [0]) == nil)
    #expect(Seal.open([UInt8](repeating: 0, count: document.count)) == nil)
  }
}
