// What an answer begins with.

/// The HTTP statuses that this program answers with.
public enum Status: Int, CaseIterable, Sendable {
  /// Here it is.
  case ok = 200
  /// What was said is not HTTP, or could be read in two ways.
  case badRequest = 400
  /// Not for this address.
  case forbidden = 403
  /// There is nothing of this name.
  case notFound = 404
  /// Only GET and HEAD.
  case methodNotAllowed = 405
  /// The request took too long to come.
  case requestTimeout = 408
  /// A request with a body.
  case contentTooLarge = 413
  /// The first line is too long.
  case targetTooLong = 414
  /// Too many fields, or too long ones.
  case fieldsTooLarge = 431
  /// Not now.
  case unavailable = 503
  /// Another HTTP than 1.0 and 1.1.
  case versionNotSupported = 505

  /// The words behind the number.
  public var reason: StaticString {
    switch self {
    case .ok: "OK"
    case .badRequest: "Bad Request"
    case .forbidden: "Forbidden"
    case .notFound: "Not Found"
    case .methodNotAllowed: "Method Not Allowed"
    case .requestTimeout: "Request Timeout"
    case .contentTooLarge: "Content Too Large"
    case .targetTooLong: "URI Too Long"
    case .fieldsTooLarge: "Request Header Fields Too Large"
    case .unavailable: "Service Unavailable"
    case .versionNotSupported: "HTTP Version Not Supported"
    }
  }
}
