// Asking whether somebody is there, and whether he says what he should.

import Kernel
import Metrics
import Text

/// One connection to a port.
final class TCPAttempt: ConnectionAttempt {
  private var expected: ExpectedText?
  private let hasRequest: Bool
  private let wantsNumber: Bool

  /// A TCP probe's question. Whoever does not want the number that follows the text need not wait for its end.
  init(
    _ destination: Destination, send: String?, expect: String?, wantsNumber: Bool, by starter: Starter,
    _ loop: EventLoop, owner: any AttemptOwner
  ) {
    expected = expect.map { ExpectedText($0) }
    hasRequest = send != nil
    self.wantsNumber = wantsNumber
    super.init(destination, saying: Array((send ?? "").utf8), by: starter, loop, owner: owner)
  }

  override func connected(_ now: Duration) {
    if expected == nil, !hasRequest { finish(.tcp(number: nil), now) }
  }

  override func allSent(_ now: Duration) {
    if expected == nil { finish(.tcp(number: nil), now) }
  }

  override func take(_ bytes: Span<UInt8>, _ now: Duration) {
    expected?.take(bytes)
    guard let expected else { return }
    if expected.isFound {
      if !wantsNumber || !expected.isNumberOpen { finish(.tcp(number: expected.number), now) }
    } else if expected.isFull {
      finish(.failed("the expected text is not in the first \(ExpectedText.mostBytes / 1024) KiB"), now)
    }
  }

  override func inputEnded(_ now: Duration) {
    guard let expected, !expected.isFound else { return finish(.tcp(number: expected?.number), now) }
    finish(.failed("the connection was closed before the expected text had come"), now)
  }

  /// At the timeout: what has come is what there is.
  override var lastWord: Answer? {
    if let expected, expected.isFound { return .tcp(number: expected.number) }
    return nil
  }
}
