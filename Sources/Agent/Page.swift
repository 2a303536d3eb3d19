// What is answered to a request.

import Text
import Web

/// A page.
struct Page {
  enum Body {
    /// All of it.
    case whole([UInt8])
    /// Metrics, which are written piece by piece.
    case metrics(MetricsWriter)
  }

  let status: Status
  let contentType: String
  let body: Body

  init(_ status: Status, _ contentType: String, _ body: Body) {
    self.status = status
    self.contentType = contentType
    self.body = body
  }

  /// A line of text.
  static func line(_ status: Status, _ text: String) -> Page {
    Page(status, "text/plain; charset=utf-8", .whole(Array("\(text)\n".utf8)))
  }
}

/// Who writes pages.
protocol PageSource: AnyObject {
  /// The answer to a request.
  func page(for request: Request, _ audience: PageAudience, from peer: IPAddress, now: Duration) -> Page
}
