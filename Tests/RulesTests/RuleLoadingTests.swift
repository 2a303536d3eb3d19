import Diagnostics
import Testing

@testable import Rules

/// What a loading asks for, and in which order.
@Suite struct RuleLoadingTests {
  private static let main = """
    include: [conf.d/*.yaml, ./one.yaml, /etc/all.yaml, rules.yaml, conf.d/b.yaml]
    rules: [{reply: 50%}]
    """

  /// Answers from files in memory, and writes down what was asked for.
  private static func needs(of loading: RuleLoading, _ files: MemoryFiles) -> [RuleLoading.Need] {
    var needs: [RuleLoading.Need] = []
    while let need = loading.need {
      needs.append(need)
      switch need {
      case .contents(let path): loading.answer(files.contents(of: path, limit: RuleLoading.fileLimit))
      case .matches(let pattern): loading.answer(files.matches(of: pattern))
      }
    }
    return needs
  }

  @Test func itAsksForOneThingAfterTheOther() {
    let fragment = "rules: [{reply: 40%}]"
    let files = MemoryFiles([
      "/srv/rules.yaml": Self.main, "/srv/conf.d/a.yaml": fragment, "/srv/conf.d/b.yaml": fragment,
      "/srv/one.yaml": fragment,
    ])
    let loading = RuleLoading(from: "/srv/rules.yaml")
    #expect(
      Self.needs(of: loading, files) == [
        .contents(of: "/srv/rules.yaml"), .matches(of: "/srv/conf.d/*.yaml"), .contents(of: "/srv/conf.d/a.yaml"),
        .contents(of: "/srv/conf.d/b.yaml"), .contents(of: "/srv/one.yaml"), .contents(of: "/etc/all.yaml"),
      ])
    let outcome = loading.finish()
    #expect(outcome.ruleSet == nil)
    #expect(outcome.diagnostics.map { $0.finding.code } == ["unreadableInclude", "includesItself", "includedTwice"])
  }

  /// The main file, and how many things are asked for until it is known what came of it.
  @Test(arguments: [
    (FileContents.missing, "cannot read 'rules.yaml': no such file or directory"),
    (.directory, "cannot read 'rules.yaml': it is a directory"),
    (.unreadable("permission denied"), "cannot read 'rules.yaml': permission denied"),
  ])
  func aMainFileThatCannotBeReadNeedsNothingMore(contents: FileContents, message: String) {
    let loading = RuleLoading(from: "rules.yaml")
    loading.answer(contents)
    #expect(loading.need == nil)
    #expect(loading.finish().diagnostics.map { $0.finding.message } == [message])
  }

  @Test func aFileWithoutIncludesNeedsItselfOnly() {
    #expect(RuleLoading(Source(name: "built in", bytes: Array("rules: [{reply: 50%}]".utf8))).need == nil)
    let files = MemoryFiles(["rules.yaml": "rules: [\n", "empty.yaml": ""])
    #expect(Self.needs(of: RuleLoading(from: "rules.yaml"), files) == [.contents(of: "rules.yaml")])
    #expect(Self.needs(of: RuleLoading(from: "empty.yaml"), files) == [.contents(of: "empty.yaml")])
  }
}
