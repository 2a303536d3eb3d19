import Testing

@testable import agentcheckd

@Suite struct CompletionTests {
  private func words(_ typed: String...) -> [String] { completions(of: typed).map(\.word) }

  @Test(arguments: App.commands.filter { !$0.isHidden }.map(\.name))
  func everyCommandAndOptionIsOffered(name: String) throws {
    #expect(words(String(name.dropLast())).contains(name))
    #expect(words("help", name) == [name])
    let command = try #require(App.commands.first { $0.name == name })
    #expect(Set(words(name, "-")) == Set(command.options.map { "--\($0.name)" }))
  }

  @Test func whatIsHiddenIsNotOffered() {
    #expect(words("eva").isEmpty && words("compl").isEmpty && words("complete", "").isEmpty)
  }

  @Test func whatStandsWhere() {
    #expect(words("check", "") == [":files"])
    #expect(words("check", "some") == [":files"])
    #expect(words("run", "-c", "") == [":files"])
    #expect(words("-c", "") == [":files"])
    #expect(words("run", "--state-dir", "x") == [":directories"])
    #expect(words("metrics", "cpu.id") == ["cpu.idle"])
    #expect(words("metrics", "disk(*).ut") == ["disk(*).utilization"])
    #expect(words("force", "dr") == ["drain"])
    #expect(words("probe", "").isEmpty && words("probe", "-n", "1").isEmpty)
    #expect(words("nonsense", "").isEmpty && words().count > 5)
    #expect(words("--vers") == ["--version"])
  }
}
