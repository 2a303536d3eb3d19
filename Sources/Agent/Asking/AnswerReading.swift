// From an answer to what a probe wants to know of it: whether it is fine, a number, and the reason where there is none.

import Kernel
import Language
import Metrics
import Text
import YAML

extension ProbeFacts {
  /// What an answer says to a probe that has asked for it, after so much time.
  init(_ answer: Answer, of probe: Probe, after duration: Duration) {
    switch answer {
    case .failed(let reason):
      self.init(isFine: false, reason: reason, duration: duration)
    case .command(let end, let output, let isCut):
      self.init(end, output, isCut: isCut, of: probe, after: duration)
    case .http(let response):
      self.init(response, of: probe, after: duration)
    case .tcp(let number):
      self.init(
        isFine: true, value: number, reason: number == nil ? "no number follows the expected text" : "",
        duration: duration)
    case .file(let bytes):
      let number = LeadingNumber(bytes.span)?.value
      self.init(
        isFine: true, value: number, reason: number == nil ? numberless("it", bytes) : "", duration: duration)
    }
  }

  private init(
    _ end: CommandRun.End, _ output: [UInt8], isCut: Bool, of probe: Probe, after duration: Duration
  ) {
    self.init(isFine: end == .exited(0), duration: duration)
    let firstLine = Array(output.prefix { !$0.isLineEnd })
    switch end {
    case .notStarted(let code):
      reason = "cannot be run: \(SystemError.message(code).sentenceStart)"
      return
    case .killed(let signal):
      reason = "killed by signal \(signal)"
      return
    case .wroteTooMuch:
      reason = "killed after it had written more than \(CommandRun.mostBytes / 1024) KiB"
      return
    case .exited(let code):
      status = code
    }
    do throws(Lack) {
      if let field = probe.field {
        // What the cut goes through could be a number without its last digits.
        let whole = isCut ? output[..<(output.lastIndex { $0.isBlank || $0.isLineEnd } ?? 0)] : output[...]
        do throws(Lack) {
          value = try PerformanceData(whole.span).value(of: field, as: probe.unit)
        } catch {
          guard isCut else { throw error }
          throw Lack("\(error.reason), as far as it is read: \(CommandRun.mostOutputBytes / 1024) KiB")
        }
      } else if let number = LeadingNumber(firstLine.span) {
        value = number.value
      } else {
        throw Lack(numberless("its output", firstLine))
      }
    } catch {
      // A program that has failed says why, and little else.
      let words = firstLine.isEmpty ? "" : ": \(excerpt(of: firstLine))"
      reason = status == 0 ? error.reason : "exit code \(status ?? 0)\(words)"
    }
    if !isFine, reason.isEmpty { reason = "exit code \(status ?? 0): \(excerpt(of: firstLine))" }
  }

  private init(_ response: HTTPResponse, of probe: Probe, after duration: Duration) {
    self.init(isFine: 200..<300 ~= response.status, status: response.status, duration: duration)
    var complaint = isFine ? "" : "status \(response.status)"
    if 300..<400 ~= response.status, let location = response.location {
      complaint += ", a redirection to '\(location)', which is not followed"
    }
    if let expect = probe.expect {
      var expected = ExpectedText(expect)
      expected.take(response.body.span)
      if isFine, !expected.isFound {
        isFine = false
        complaint = "the expected text is not in the body"
        if response.isCut { complaint += ", as far as it is read: \(HTTPResponse.mostBodyBytes / 1024) KiB" }
      }
    }
    do throws(Lack) {
      value = try Self.number(in: response, of: probe)
    } catch {
      complaint += (complaint.isEmpty ? "" : "; ") + error.reason
    }
    reason = complaint
  }

  private static func number(in response: HTTPResponse, of probe: Probe) throws(Lack) -> Double {
    guard let field = probe.field else {
      if !response.isCut, let number = LeadingNumber.whole(response.body.span) { return number }
      throw Lack("the body is no number: '\(excerpt(of: Array(response.body.prefix { !$0.isLineEnd })))'")
    }
    if response.isCut { throw Lack("the body is longer than \(HTTPResponse.mostBodyBytes / 1024) KiB") }
    switch JSONField(field, in: response.body) {
    case .scalar(let text):
      let bytes = Array(text.utf8)
      if let number = LeadingNumber.whole(bytes.span) { return number }
      throw Lack("'\(field)' is '\(excerpt(of: bytes))', which is no number")
    case .container(let what):
      throw Lack("'\(field)' is \(what), not a number")
    case .missing(let present, let hasMore):
      let list = present.map { "'\($0)'" }.joined(separator: ", ") + (hasMore ? " and more" : "")
      let others = present.isEmpty ? "" : "; the body has \(list)"
      throw Lack("no such JSON field '\(field)'\(others)")
    case .malformed(let why):
      throw Lack("the body is not JSON: \(why)")
    }
  }
}

/// Where a number should stand at the beginning of something.
private func numberless(_ what: String, _ text: [UInt8]) -> String {
  let line = Array(text.prefix { !$0.isLineEnd })
  return line.isEmpty ? "\(what) begins with an empty line" : "\(what) begins with no number: '\(excerpt(of: line))'"
}

/// Bytes of a stranger for a line of the log: short, and nothing but what a terminal shows.
private func excerpt(of bytes: [UInt8]) -> String {
  var kept: [UInt8] = []
  for byte in bytes.prefix(mostExcerptBytes) { kept.append(byte.isPrintable ? byte : .of("?")) }
  if bytes.count > mostExcerptBytes { kept.append("...") }
  return String(decoding: kept, as: UTF8.self)
}

/// What of a text a reason repeats: the first words say what it is.
private let mostExcerptBytes = 80
