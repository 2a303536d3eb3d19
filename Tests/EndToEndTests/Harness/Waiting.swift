// Tests here wait for events in other processes. They never sleep for a time and hope: they look again and again until the
// event has come, or fail at a deadline that is far beyond what it takes.

import Foundation

/// Why a test could not go on: told in words, since nothing but a person reads it.
struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Looks until there is something, and returns it. `what` names the event in the failure; `state` tells, when it did not
/// come, what there was instead.
func wait<Result>(
  for what: String, within deadline: Duration = .seconds(10), every step: Duration = .milliseconds(5),
  or state: () -> String = { "" }, until look: () throws -> Result?
) throws -> Result {
  let end = ContinuousClock.now + deadline
  while true {
    if let result = try look() { return result }
    guard ContinuousClock.now < end else {
      throw Failure("\(what) did not come within \(deadline). \(state())")
    }
    pause(step)
  }
}

/// Between two looks, and inside of stand-ins for other programs.
func pause(_ duration: Duration) {
  usleep(UInt32(duration / .microseconds(1)))
}

/// A folder that goes away with its owner.
final class TemporaryFolder: Sendable {
  /// Short, as the path of a unix socket must fit into 107 bytes.
  let path: String

  init() throws {
    var template = Array("/tmp/agentcheckd-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure("mkdtemp: \(reason())") }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file into it, in one step, and the folders on the way to it. Returns its path.
  @discardableResult func write(_ text: String, to name: String) throws -> String {
    let file = "\(path)/\(name)"
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
    return file
  }
}

/// What the last system call complained about.
func reason() -> String { String(cString: strerror(errno)) }

/// The folder of this source tree.
let repository = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
