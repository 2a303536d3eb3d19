// `agentcheckd complete`: what shells ask while somebody types. It reads the same tables as the parser and `--help`, so that the
// scripts in etc/completions know nothing by themselves and never get old.

import Agent
import Language
import Metrics
import Reply
import Rules

extension Command {
  static let complete = Command(
    "complete", operands: "WORD...", 0...10_000,
    summary: "Lists what could stand in place of the last of the words behind 'agentcheckd'.",
    details: [
      """
      Each line is a word and, behind a tabulator, what it means; ':files' and ':directories' stand for those of the \
      shell. Words are taken as they are behind '--'.
      """
    ],
    example: "agentcheckd complete -- check --s", isHidden: true
  ) { invocation in
    Console.say(completions(of: invocation.operands).map { "\($0.line)\n" }.joined())
  }
}

/// Something that can be typed.
struct Completion: Equatable {
  /// The word; or `:files`, `:directories`, as which nothing begins that can be typed.
  let word: String
  /// What it means, in a few words; may be empty.
  let help: String

  fileprivate static let files = Completion(word: ":files", help: "")
  fileprivate static let directories = Completion(word: ":directories", help: "")

  fileprivate var line: String { help.isEmpty ? word : "\(word)\t\(help)" }
}

/// What can stand in place of the last word. The words are those behind the program's name.
func completions(of words: [String]) -> [Completion] {
  let typed = words.last ?? ""
  return candidates(words, typed).filter { $0.word.hasPrefix(typed) || $0 == .files || $0 == .directories }
}

private func candidates(_ words: [String], _ typed: String) -> [Completion] {
  let visible = App.commands.filter { !$0.isHidden }
  let names = visible.map { Completion(word: $0.name, help: $0.summary) }
  guard words.count > 1 else {
    if !typed.hasPrefix("-") { return names + [Completion(word: "help", help: "Says how a command is used.")] }
    return options(of: .run) + [Completion(word: "--version", help: "say which version this is, and nothing else")]
  }
  if words[0] == "help" { return words.count == 2 ? names : [] }
  // Without a command it is `run`.
  guard let command = words[0].hasPrefix("-") ? .run : visible.first(where: { $0.name == words[0] }) else { return [] }
  if let option = optionWithValue(words[words.count - 2], of: command) { return values(of: option, words) }
  return typed.hasPrefix("-") ? options(of: command) : operands(of: command)
}

private func options(of command: Command) -> [Completion] {
  command.options.map { Completion(word: "--\($0.name)", help: $0.help) }
}

/// The option that wants its value in the next word.
private func optionWithValue(_ word: String, of command: Command) -> Option? {
  command.options.first { option in
    guard option.value != nil else { return false }
    return word == "--\(option.name)" || option.letter.map { word == "-\(Unicode.Scalar($0))" } == true
  }
}

private func values(of option: Option, _ words: [String]) -> [Completion] {
  if option.name == "service" { return services(words) }
  switch option.value {
  case "FILE", "PATH": return [.files]
  case "DIR": return [.directories]
  default: return []
  }
}

private func operands(of command: Command) -> [Completion] {
  switch command.operands {
  case "[FILE]": [.files]
  case "[PATTERN]": Catalogue.host.sources.flatMap { metrics(of: $0) }
  case "WORD ...": words
  default: []
  }
}

/// HAProxy's words that need no number, and the percentage that operators want most.
private var words: [Completion] {
  let administrative: [Administrative] = [.ready, .drain, .maint]
  let health: [Health] = [.up, .stopped, .fail, .down]
  return [Completion(word: "0%", help: "nothing new but what is persistent")]
    + administrative.map { Completion(word: $0.description, help: "an administrative state") }
    + health.map { Completion(word: $0.description, help: "a health state") }
}

/// As `agentcheckd metrics` takes them: with a star for the argument, where a source needs one.
private func metrics(of source: SourceShape) -> [Completion] {
  let name =
    switch source.argument {
    case .none, .times, .number(_, optional: true): source.name
    case .number(_, optional: false), .text, .name, .path, .numberOrText: "\(source.name)(*)"
    }
  return source.metrics.map { Completion(word: "\(name).\($0.name)", help: $0.help) }
}

/// The services of the rule file that is named on the line, else of the installed one.
private func services(_ words: [String]) -> [Completion] {
  let place = words.lastIndex { $0 == "-c" || $0 == "--config" }
  let file = RuleFile(place.flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil })
  return file.load().ruleSet?.services.map { Completion(word: $0.name, help: "") } ?? []
}
