// Asking a server for a page.

import Kernel
import Metrics
import Text

/// One GET.
final class HTTPAttempt: ConnectionAttempt {
  private var response = HTTPResponse()

  /// The URL.
  init(_ address: HTTPAddress, by starter: Starter, _ loop: EventLoop, owner: any AttemptOwner) {
    let request =
      "GET \(address.target) HTTP/1.1\r\nHost: \(address.host)\r\nUser-Agent: agentcheckd\r\nAccept: */*\r\n"
      + "Connection: close\r\n\r\n"
    super.init(address.destination, saying: Array(request.utf8), by: starter, loop, owner: owner)
  }

  override func take(_ bytes: Span<UInt8>, _ now: Duration) {
    response.take(bytes)
    look(now)
  }

  override func inputEnded(_ now: Duration) {
    response.end()
    look(now)
  }

  private func look(_ now: Duration) {
    switch response.progress {
    case .underWay: break
    case .complete: finish(.http(response), now)
    case .failed(let reason): finish(.failed("the server \(reason)"), now)
    }
  }
}
