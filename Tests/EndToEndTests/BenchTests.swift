// What the scales weigh that must hold on any machine, however busy: nothing allocated, nothing lost, nothing grown. The
// figures that need a quiet machine are `make bench`'s own.

import Foundation
import Testing

/// For the released build: the ordinary one allocates in Swift's runtime.
@Suite(.serialized, .enabled(if: AgentProcess.isReleaseBuild)) struct BenchTests {
  /// A line of the bench's table, as far as it matters here.
  private struct Row: Decodable {
    struct Numbers: Decodable {
      let value: Int?
    }
    let what: String
    let kind: String
    let numbers: Numbers
  }

  @Test func nothingIsAllocatedLostOrGrown() throws {
    let folder = try TemporaryFolder()
    let results = "\(folder.path)/results.json"
    let bench = try ChildProcess(
      "\(repository)/Tests/Bench/bench", ["--quick", "--json", results, AgentProcess.executable])
    let end = try bench.exit(within: .seconds(300))
    // 1: a ratio is beyond its limit, which on a busy machine says nothing.
    try #require([.code(0), .code(1)].contains(end), "\(end): \(bench.lines)")
    let rows = try JSONDecoder().decode([Row].self, from: Data(contentsOf: URL(fileURLWithPath: results)))
    let counts = rows.filter { $0.kind == "count" }
    #expect(
      counts.map { $0.what } == [
        "memory growth beyond 32 kB",
        "lost or reset, with agent-send",
        "lost or reset, without agent-send",
        "lost or reset, 1,000 silent beside",
        "allocations, sampling this host",
        "allocations, probes meanwhile",
        "allocations, sampling 64 processors",
        "allocations, probes meanwhile",
      ])
    for row in counts {
      #expect(try #require(row.numbers.value) <= 0, "\(row.what)")
    }
  }
}

extension AgentProcess {
  /// The ordinary build is linked with Swift's library, the released one is not.
  fileprivate static let isReleaseBuild =
    (try? Data(contentsOf: URL(fileURLWithPath: executable)))?.range(of: Data("libswiftCore.so".utf8)) == nil
}
