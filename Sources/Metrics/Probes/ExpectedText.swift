// Waiting for a text in what another program says, in whatever pieces it comes.

import Text

/// What has been said so far, and whether the text has been in it.
public struct ExpectedText {
  /// How much is looked at. Whoever greets, greets earlier.
  public static let mostBytes = 65_536

  private let text: [UInt8]
  private var heard: [UInt8] = []
  /// Where the search goes on.
  private var next = 0
  /// Behind the text, once it has come.
  private var end: Int?

  /// Waits for a text, which is not empty.
  public init(_ text: String) { self.text = Array(text.utf8) }

  /// Whether it has come.
  public var isFound: Bool { end != nil }
  /// Whether so much has been said that nothing more is taken.
  public var isFull: Bool { heard.count >= Self.mostBytes }

  /// Takes what has come in.
  public mutating func take(_ bytes: Span<UInt8>) {
    for index in 0..<min(bytes.count, Self.mostBytes - heard.count) { heard.append(bytes[index]) }
    while end == nil, next + text.count <= heard.count {
      var matched = 0
      while matched < text.count, heard[next + matched] == text[matched] { matched += 1 }
      if matched == text.count { end = next + matched } else { next += 1 }
    }
  }

  /// The number that follows the text, blanks left out; absent where none does, and where it may go on behind what is
  /// looked at.
  public var number: Double? {
    guard let end, let number = LeadingNumber(heard.span, from: end) else { return nil }
    return isFull && number.end == heard.count ? nil : number.value
  }

  /// Whether what comes next could still make another number of it, or the first one.
  public var isNumberOpen: Bool {
    guard let end, !isFull else { return false }
    for byte in heard[end...] {
      let isOfNumber =
        byte.isDigit || byte.isBlank || byte == .of("+") || byte == .of("-") || byte == .of(".")
        || byte.lowercased == .of("e")
      if !isOfNumber { return false }
    }
    guard let number = LeadingNumber(heard.span, from: end) else { return heard.count - end < LeadingNumber.longest }
    // A blank behind a number ends it.
    return number.end == heard.count || !heard[number.end].isBlank
  }
}
