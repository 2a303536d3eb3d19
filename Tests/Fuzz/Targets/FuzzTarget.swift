// What is fuzzed: everything that reads bytes which somebody else has written. A target is a name, a function from bytes
// to nothing that traps where a promise is broken, and examples to begin with, taken from the files of the tests.
//
// `Tests/fuzz` runs them under libFuzzer with the address sanitizer; `FuzzTests` replays the examples, whatever was found
// before (Tests/Fixtures/found/NAME/), and a few thousand changes of both in every run of the tests.

import Foundation

/// One reader of foreign bytes.
public struct FuzzTarget: Sendable, CustomStringConvertible {
  /// As the command line and the folder of what was found call it.
  public let name: String
  /// The longest input that is worth trying, in bytes.
  public let largest: Int
  /// Reads the input. Whatever the bytes, it returns; it traps where a promise is broken.
  public let run: @Sendable ([UInt8]) -> Void
  /// Examples, most of them right.
  public let seeds: @Sendable () -> [[UInt8]]

  /// The name.
  public var description: String { name }

  /// All of them.
  public static let all: [FuzzTarget] = [
    .ruleFile, .expression, .kernelFile, .agentSend, .request, .control, .stateFile, .overrides, .history, .helper,
    .sockets, .probeAnswer, .toldText,
  ]

  /// The target of this name.
  public static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }

  /// What was found once, and has to stay mended.
  public func found() -> [[UInt8]] { files(below: "Tests/Fixtures/found/\(name)") { _ in true } }
}

/// The contents of the files of this repository below a folder, in the order of their paths.
func files(below folder: String, where isWanted: (String) -> Bool) -> [[UInt8]] {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
    .standardizedFileURL.path
  let paths = FileManager.default.enumerator(atPath: "\(root)/\(folder)")?.compactMap { $0 as? String } ?? []
  return paths.filter(isWanted).sorted().compactMap { path in
    var isFolder: ObjCBool = false
    let path = "\(root)/\(folder)/\(path)"
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else { return nil }
    return FileManager.default.contents(atPath: path).map { [UInt8]($0) }
  }
}

/// A promise, kept in every build.
func promise(_ isKept: Bool, _ what: @autoclosure () -> String) {
  if !isKept { fatalError("broken promise: \(what())") }
}
