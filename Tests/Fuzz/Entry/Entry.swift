// The program that fuzzes. `fuzz --target=NAME ...` runs one target with libFuzzer's own options behind it;
// `fuzz --list` says the names and the largest inputs; `fuzz --target=NAME --seeds=FOLDER` writes the examples to begin with.

import Foundation
import FuzzTargets

/// libFuzzer's own main function, without the name.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Which target is fuzzed: a C function has no other way to know.
nonisolated(unsafe) private var target = FuzzTarget.all[0]

@main
struct Fuzz {
  static func main() {
    if CommandLine.arguments.contains("--list") {
      for target in FuzzTarget.all { print(target.name, target.largest) }
      return
    }
    guard let chosen = option("target").flatMap({ FuzzTarget.named($0) }) else {
      print("fuzz: --target=NAME is needed; --list says the names")
      exit(2)
    }
    target = chosen
    if let folder = option("seeds") { return writeSeeds(to: folder) }
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    exit(
      runDriver(&count, &arguments) { bytes, count in
        target.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
        return 0
      })
  }

  private static func option(_ name: String) -> String? {
    CommandLine.arguments.first { $0.hasPrefix("--\(name)=") }.map { String($0.dropFirst(name.count + 3)) }
  }

  private static func writeSeeds(to folder: String) {
    for (number, seed) in (target.seeds() + target.found()).enumerated() {
      guard FileManager.default.createFile(atPath: "\(folder)/\(number)", contents: Data(seed)) else {
        print("fuzz: cannot write to \(folder)")
        exit(1)
      }
    }
  }
}
