// A mount that hangs on command.

import Foundation

/// Tests/Tools/hang.c, built and mounted; unmounted at the end, with all gates open.
public final class HangingFileSystem {
  /// Where it is mounted.
  public let mountPoint: String
  private let directory: String
  private let process = Process()
  /// The other end closes when this process ends, however it ends: no other child must have a copy.
  private let life = Pipe()

  private static let program: String = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").standardized
    let path = root.path + "/.build/hang"
    run(
      "/bin/sh",
      [
        "-c",
        "cc -pthread -o '\(path).new' '\(root.path)/Tests/Tools/hang.c' $(pkg-config fuse3 --cflags --libs)"
          + " && mv '\(path).new' '\(path)'",
      ])
    return path
  }()

  @discardableResult
  private static func run(_ program: String, _ arguments: [String]) -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    do { try process.run() } catch { return -1 }
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Mounts it, all gates open.
  public init() throws {
    for end in [life.fileHandleForReading, life.fileHandleForWriting] {
      _ = fcntl(end.fileDescriptor, F_SETFD, FD_CLOEXEC)
    }
    directory = NSTemporaryDirectory() + "hanging-\(UUID().uuidString)"
    mountPoint = directory + "/mount"
    for path in [mountPoint, directory + "/gates", directory + "/files"] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    process.executableURL = URL(fileURLWithPath: Self.program)
    // As many threads as calls may hang in one test.
    process.arguments = ["-f", "-o", "max_threads=32", mountPoint]
    process.standardInput = life
    process.environment = [
      "HANG_GATES": directory + "/gates", "HANG_FILES": directory + "/files", "PATH": "/usr/bin:/bin",
    ]
    try process.run()
    let deadline = Date() + 10
    while !FileManager.default.fileExists(atPath: mountPoint + "/number") {
      guard process.isRunning, Date() < deadline else { throw CocoaError(.fileReadUnknown) }
      usleep(5_000)
    }
  }

  /// Puts a file there, whatever hangs. Returns its path.
  @discardableResult public func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/files/\(name)"))
    return "\(mountPoint)/\(name)"
  }

  /// From now on calls of this operation wait.
  public func close(_ gate: String) throws {
    try Data().write(to: URL(fileURLWithPath: "\(directory)/gates/\(gate)"))
  }

  /// Whoever waits goes on.
  public func open(_ gate: String) { try? FileManager.default.removeItem(atPath: "\(directory)/gates/\(gate)") }

  deinit {
    try? life.fileHandleForWriting.close()
    process.waitUntilExit()
    try? FileManager.default.removeItem(atPath: directory)
  }
}
