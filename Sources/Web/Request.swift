// What a client asks for, as far as anything here depends on it.

/// A request without a body.
public struct Request: Equatable, Sendable {
  /// What to do.
  public enum Method: Sendable {
    /// Send it.
    case get
    /// Send what would stand before it.
    case head
    /// Anything else.
    case other
  }

  /// What to do.
  public internal(set) var method = Method.other
  /// The path without the query, percent-escapes resolved: any bytes. Begins with `/`, but for `OPTIONS *` and `CONNECT`.
  public internal(set) var path: [UInt8] = []
  /// The values of all `Accept` fields, joined by commas; empty where there are none.
  public internal(set) var accept: [UInt8] = []
  /// Whether it was HTTP/1.1: then pieces of a body may be marked by their lengths.
  public internal(set) var isVersion11 = false
  /// Whether the connection stays for further requests.
  public internal(set) var isPersistent = false

  init() {}
}

/// Why a request is not looked at any further. Where the next one would begin is not known, so the connection ends with the
/// answer.
public struct Refusal: Error, Equatable, Sendable {
  /// The answer's status.
  public let status: Status
  /// What is wrong, for the person who tries it by hand.
  public let reason: String

  /// A refusal.
  public init(_ status: Status, _ reason: String) {
    self.status = status
    self.reason = reason
  }
}
