// What HAProxy would not understand, or understand otherwise than it was meant. Facts only: the sentences are made where
// the other complaints about a rule file are made.

/// A mistake in the words of a reply.
public struct WordMistake: Error, Equatable, Sendable {
  /// What is wrong.
  public enum Fact: Equatable, Sendable {
    /// There is no word at all.
    case empty
    /// HAProxy skips this word and believes the rest. The suggestion is a word, where one is near: `failed` → `fail`.
    case unknownWord(String, suggestion: String?)
    /// `50`, `50 %`: skipped by HAProxy. The percentage meant, where it is one.
    case bareNumber(percent: Int?)
    /// `50.5%`: skipped by HAProxy, or half understood; it knows whole numbers only. The nearest of them.
    case fractionalPercent(nearest: Int)
    /// `-5%`.
    case negativePercent
    /// Beyond `Words.weightRange`.
    case percentTooLarge
    /// `weight:20`: unknown before HAProxy 3.1. The percentage to ask for instead, where a number stands there.
    case absoluteWeight(percent: Int?)
    /// `maxconn:0`: HAProxy takes it for "unlimited".
    case zeroMaxconn
    /// Beyond `Words.maxconnRange`.
    case maxconnTooLarge
    /// `maxconn: 30` (HAProxy sees no number), `maxconn=30`, `maxconn:x`. The number meant, where one stands there.
    case malformedMaxconn(number: Int?)
    /// `#`: the description is not part of the words. The range reaches to the end of the text.
    case commentSign
    /// Another word about the same thing; HAProxy would believe the last. `first` is where the thing was spoken of before.
    case saidTwice(Things, first: Range<Int>)
  }

  /// What is wrong.
  public let fact: Fact
  /// The exact bytes, as offsets in the text's UTF-8.
  public let range: Range<Int>

  /// A mistake in its place.
  public init(_ fact: Fact, at range: Range<Int>) {
    self.fact = fact
    self.range = range
  }
}
