// Which bytes can be a YAML file at all. They are looked at before libyaml sees them, so that the complaint names the
// byte and what it probably is.

import Diagnostics
import Text

/// The byte order mark of UTF-8, which Windows editors write. It is accepted, and is no part of the text.
let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

/// The first thing in a file that no text has: another encoding, a byte that is not UTF-8, a control character.
func unreadablePart(of source: Source) -> Finding? {
  let bytes = source.bytes
  if isUTF16(bytes) { return .utf16() }
  var offset = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
  while offset < bytes.count {
    let byte = bytes[offset]
    if byte.isPrintable || byte.isLineEnd || byte == 0x09 {
      offset += 1
      continue
    }
    guard let codePoint = bytes.span.codePoint(at: offset) else { return .notUTF8(byte, at: offset) }
    if isControl(codePoint.value) {
      return .controlCharacter(codePoint.value, at: offset..<offset + codePoint.length)
    }
    offset += codePoint.length
  }
  return nil
}

/// Whether the text begins with the byte order mark of UTF-16, or with an ASCII character written in two bytes.
private func isUTF16(_ bytes: [UInt8]) -> Bool {
  guard bytes.count >= 2 else { return false }
  switch (bytes[0], bytes[1]) {
  case (0xFF, 0xFE), (0xFE, 0xFF): return true
  case (0, let byte), (let byte, 0): return byte.isPrintable || byte.isLineEnd
  default: return false
  }
}

/// What YAML does not allow unescaped, and what it takes for an end of line though no editor shows one (NEL, LS, PS).
private func isControl(_ codePoint: UInt32) -> Bool {
  switch codePoint {
  case 0x00...0x08, 0x0B, 0x0C, 0x0E...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
  default: false
  }
}

/// A character that looks like a blank, or like nothing, and is a letter to YAML: what is pasted from web pages.
func invisibleCharacter(at offset: Int, in bytes: [UInt8]) -> CodePoint? {
  guard bytes[offset] >= 0x80, let codePoint = bytes.span.codePoint(at: offset) else { return nil }
  switch codePoint.value {
  case 0xA0, 0x1680, 0x2000...0x200F, 0x202F, 0x205F, 0x2060, 0x3000: return codePoint
  default: return nil
  }
}

/// A quotation mark of typography: what word processors make of `"` and `'`.
func typographicQuote(at offset: Int, in bytes: [UInt8]) -> CodePoint? {
  guard offset < bytes.count, let codePoint = bytes.span.codePoint(at: offset) else { return nil }
  return (0x2018...0x201F).contains(codePoint.value) ? codePoint : nil
}
