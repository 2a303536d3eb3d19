// Loading a rule file as a conversation: it says which file it needs next, and somebody fetches that, in whatever way and
// time. Which fragments there are is known only when the main file has been read, and which files a pattern means only
// when somebody has looked.

public import Diagnostics
import Language
import Text
import YAML

/// A rule file that is being loaded: answer what it needs until it needs nothing, then finish.
public final class RuleLoading {
  /// Something that only the outside knows.
  public enum Need: Equatable {
    /// The contents of a file, as `RuleFiles.contents` tells them.
    case contents(of: String)
    /// The files that match a pattern, as `RuleFiles.matches` tells them.
    case matches(of: String)
  }

  /// The longest that a rule file may be, in bytes: the limit with which contents are asked for.
  public static let fileLimit = YAML.Limits.fileBytes

  /// What it needs next; absent once it has everything.
  public private(set) var need: Need?

  /// An entry of `include:`, with its path as seen from where the reader of the file stands; or one file that it means.
  private struct Inclusion {
    let path: String
    let entry: PlacedText
    let isPattern: Bool
  }

  private let loader = Loader()
  /// The name of the main file.
  private let name: String
  private var main: Section?
  /// What is still to be included, the next one last.
  private var inclusions: [Inclusion] = []
  /// Which entry of `include:` a file was first included by.
  private var seen: [String: PlacedText] = [:]
  private var fragments: [Section] = []

  /// The rule file of this name and the fragments that it includes.
  public init(from name: String) {
    self.name = name
    need = .contents(of: name)
  }

  /// A rule file that has been read already, and the fragments that it includes.
  public init(_ source: Source) {
    name = source.name
    begin(with: source)
  }

  /// The contents that were needed.
  public func answer(_ contents: FileContents) {
    if let inclusion = inclusions.popLast() {
      include(contents, inclusion)
      proceed()
    } else if case .bytes(let bytes) = contents {
      begin(with: Source(name: name, bytes: bytes))
    } else {
      let hint = contents.isDirectory ? "name a rule file in it" : nil
      let finding = Finding.unreadableFile(name, why: contents.trouble, hint: hint)
      loader.complaints.add(finding, in: Source(name: name, bytes: []))
      need = nil
    }
  }

  /// The names that match the pattern.
  public func answer(_ names: [String]) {
    guard case .matches = need, let pattern = inclusions.popLast() else { return }
    inclusions += names.reversed().map { Inclusion(path: $0, entry: pattern.entry, isPattern: false) }
    proceed()
  }

  /// Answers everything at once from files that never make anybody wait.
  func fetchAll(from files: any RuleFiles) {
    while let need {
      switch need {
      case .contents(let path): answer(files.contents(of: path, limit: Self.fileLimit))
      case .matches(let pattern): answer(files.matches(of: pattern))
      }
    }
  }

  /// What came of it. With a host, what it does not have is warned of.
  public func finish(on host: (any HostInventory)? = nil) -> LoadOutcome {
    let ruleSet = main.map { loader.load($0, fragments, on: host) }
    return LoadOutcome(
      ruleSet: loader.complaints.hasErrors ? nil : ruleSet, diagnostics: sorted(loader.complaints.diagnostics))
  }

  private func begin(with source: Source) {
    main = loader.section(of: source, isFragment: false)
    let entries = main?.scalars("include") ?? []
    inclusions = entries.reversed().map {
      let path = pathBeside(name, $0.text)
      return Inclusion(path: path, entry: $0, isPattern: isPattern(path))
    }
    proceed()
  }

  /// Goes on to the next inclusion that is worth asking for: each file once, in the order of the entries.
  private func proceed() {
    while let next = inclusions.last {
      if next.isPattern { return need = .matches(of: next.path) }
      let (path, entry) = (next.path, next.entry)
      if path == name {
        loader.complaints.add(.includesItself(path, at: entry.range), in: entry.source)
      } else if let first = seen[path] {
        loader.complaints.add(
          .includedTwice(path, at: entry.range), in: entry.source,
          notes: [.init("the first time here", in: first.source, at: first.range)])
      } else {
        seen[path] = entry
        return need = .contents(of: path)
      }
      inclusions.removeLast()
    }
    need = nil
  }

  private func include(_ contents: FileContents, _ inclusion: Inclusion) {
    let (path, entry) = (inclusion.path, inclusion.entry)
    if case .bytes(let bytes) = contents {
      if let section = loader.section(of: Source(name: path, bytes: bytes), isFragment: true) {
        fragments.append(section)
      }
      return
    }
    let folder = entry.text.utf8.last == .of("/") ? entry.text : entry.text + "/"
    let hint =
      contents.isDirectory
      ? "write '\(folder)*.yaml' for the files in it"
      : "the path is relative to this file; a pattern such as 'conf.d/*.yaml' may match nothing"
    loader.complaints.add(
      .unreadableInclude(path, why: contents.trouble, hint: hint, at: entry.range), in: entry.source)
    loader.scope.mayLackNames = true
  }
}

extension FileContents {
  fileprivate var isDirectory: Bool {
    if case .directory = self { true } else { false }
  }

  /// Why there are no bytes.
  fileprivate var trouble: String {
    switch self {
    case .bytes: ""
    case .missing: "no such file or directory"
    case .directory: "it is a directory"
    case .unreadable(let why): why
    }
  }
}

/// A name in a file, as a path from where the reader of that file stands.
private func pathBeside(_ file: String, _ name: String) -> String {
  var name = name
  while name.hasPrefix("./") { name = String(name.dropFirst(2)) }
  guard name.utf8.first != .of("/"), let slash = file.utf8.lastIndex(of: .of("/")) else { return name }
  return String(file[...slash]) + name
}

/// Whether a path has signs of glob(7) in it.
private func isPattern(_ path: String) -> Bool {
  path.utf8.contains { $0 == .of("*") || $0 == .of("?") || $0 == .of("[") }
}
