import Testing

@testable import Text

/// Every byte, against what Unicode says of ASCII.
@Suite struct ASCIITests {
  @Test func everyByteIsWhatItIs() {
    for byte in UInt8.min...UInt8.max {
      let scalar = Unicode.Scalar(byte)
      let isASCII = byte < 0x80
      #expect(byte.isDigit == ("0"..."9").contains(scalar))
      #expect(byte.isLetter == (isASCII && scalar.properties.isAlphabetic))
      #expect(byte.isBlank == (scalar == " " || scalar == "\t"))
      #expect(byte.isLineEnd == (scalar == "\n" || scalar == "\r"))
      #expect(byte.isPrintable == (" "..."~").contains(scalar))
      let lower = isASCII ? scalar.properties.lowercaseMapping : String(scalar)
      #expect(String(Unicode.Scalar(byte.lowercased)) == lower)
      #expect(byte.hexadecimalValue == (isASCII ? UInt8(String(scalar), radix: 16) : nil))
    }
  }

  @Test func charactersAreBytes() { #expect(UInt8.of("#") == 0x23) }
}
