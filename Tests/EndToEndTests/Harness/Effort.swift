// How long the tests try that look for what happens rarely: short in every run, many times as much in `make soak`.

import Foundation

/// The effort of this run: environment variable SOAK, 1 if it is not set.
enum Effort {
  private static let factor = ProcessInfo.processInfo.environment["SOAK"].flatMap { Int($0) } ?? 1

  /// So many rounds in a short run; in a long one more of them, with a line on standard error every ten seconds.
  static func rounds(_ number: Int, of what: String) -> some Sequence<Int> {
    var next = 0
    var told = ContinuousClock.now
    let all = number * factor
    return AnyIterator {
      guard next < all else { return nil }
      if told.duration(to: .now) > .seconds(10) {
        FileHandle.standardError.write(Data("\(what): \(next) of \(all)\n".utf8))
        told = .now
      }
      defer { next += 1 }
      return next
    }
  }

  /// So long in a short run.
  static func lasting(_ duration: Duration) -> Duration { duration * factor }
}
