import Testing

@testable import Rules

@Suite struct TypedWordsTests {
  /// What belongs behind an option of the command line is not taken for a misspelt word.
  @Test(arguments: [
    ("drain 1h", "how long: '--for 1h'"),
    ("0% 90s", "how long: '--for 90s'"),
    ("drian", "did you mean 'drain'?"),
    ("0% kaputt", "it takes 50%, drain, maint, up, down ...; a reason stands in quotes: '--reason \"bad disk\"'"),
    ("0% # bad disk", "write the text behind '--reason'"),
  ])
  func aMistakeHasAWayOut(_ text: String, _ hint: String) {
    let typed = TypedWords(text)
    #expect(typed.words == nil && typed.findings.map(\.hint) == [hint])
  }
}
