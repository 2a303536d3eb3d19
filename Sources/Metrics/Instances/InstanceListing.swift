// Which arguments a source can have on this host: its processors, disks, mount points, interfaces. Read when a person
// asks (`agentcheckd metrics`, `check`), never by the sampler, and therefore free to allocate.

import Language
import Text

/// The arguments that one source can have on one host.
public struct Instances: Equatable, Sendable {
  /// Those that people ask for, the most interesting first.
  public let usual: [Argument]
  /// Those that are there too, but that hardly anybody asks for: idle loop devices, pseudo file systems.
  public let others: [Argument]

  /// Instances.
  public init(usual: [Argument], others: [Argument] = []) {
    self.usual = usual
    self.others = others
  }
}

/// Where the instances of one source are listed, and how that list is read.
public struct InstanceListing: Sendable {
  /// What has to be read, once: all of it, one after the other. What is not there has nothing to say.
  public let inputs: [Input]
  /// What an instance is called: `disk`.
  private let noun: StaticString
  /// What comes before the list of those that there are.
  private let introduction: StaticString
  /// Whether an argument that is not in the list names nothing.
  private let isComplete: Bool
  /// Whether what is not there now will not be there soon.
  private let isLasting: Bool
  /// How the list writes what a person may write otherwise.
  private let spelling: @Sendable (String) -> String
  private let parse: @Sendable (Span<UInt8>) -> Instances?

  /// A listing. `parse` gives nothing for a text that is not this file.
  init(
    _ noun: StaticString, in inputs: Input..., introduction: StaticString = "it has", isComplete: Bool = true,
    isLasting: Bool = true,
    spelling: @escaping @Sendable (String) -> String = { $0 },
    parse: @escaping @Sendable (Span<UInt8>) -> Instances?
  ) {
    self.noun = noun
    self.inputs = inputs
    self.introduction = introduction
    self.isComplete = isComplete
    self.isLasting = isLasting
    self.spelling = spelling
    self.parse = parse
  }

  /// The listing of a source, by its place in `Catalogue.host`. Absent where the source has no argument, or where its
  /// instances are in no single file (control groups), and for places beyond that catalogue: probes.
  public static func of(source: Int) -> InstanceListing? {
    definitions.indices.contains(source) ? definitions[source].instances : nil
  }

  /// What the whole text of `inputs` lists. Absent where it is not that of these files.
  public func instances(in text: Span<UInt8>) -> Instances? { parse(text.extracting(0..<text.endOfLastLine)) }

  /// Whether this host has what an argument names, or can have it any moment. Absent where the list cannot tell: a path need not be a mount point
  /// to be on a file system.
  public func has(_ argument: Argument, among instances: Instances) -> Bool? {
    guard isComplete else { return nil }
    guard isLasting else { return true }
    var argument = argument
    if case .text(let text) = argument { argument = .text(spelling(text)) }
    return instances.usual.contains(argument) || instances.others.contains(argument)
  }

  /// The warning for an argument that names nothing on this host: `this host has no disk 'sdz'; it has 'vda'`.
  public func warning(_ argument: Argument, among instances: Instances) -> String {
    let start = "this host has no \(noun) \(quoted(argument))"
    guard !instances.usual.isEmpty else { return "\(start), nor any other" }
    return "\(start); \(introduction) \(list(instances.usual, nearestTo: argument))"
  }
}

/// How many instances a warning names: what fits on a line beside the rest of it.
private let mostNamed = 6

extension [Argument] {
  /// The arguments for people, in their order: texts in quotes, numbers as runs: `0 to 30`.
  public var items: [String] {
    var items: [String] = []
    var run: ClosedRange<Int>?
    for argument in self {
      guard case .number(let number) = argument else {
        items.append(quoted(argument))
        continue
      }
      if let last = run, last.upperBound + 1 == number { items.removeLast() }
      let first = run.map { $0.upperBound + 1 == number ? $0.lowerBound : number } ?? number
      run = first...number
      items.append(first == number ? "\(number)" : "\(first) to \(number)")
    }
    return items
  }
}

/// The first few; where not all are named, the one first that looks like what was written.
private func list(_ arguments: [Argument], nearestTo written: Argument) -> String {
  var items = arguments.items
  let hidden = items.count - mostNamed
  if hidden > 0, let meant = closest(to: quoted(written), among: items), let place = items.firstIndex(of: meant) {
    items.insert(items.remove(at: place), at: 0)
  }
  return items.prefix(mostNamed).joined(separator: ", ") + (hidden > 0 ? " and \(hidden) more" : "")
}

private func quoted(_ argument: Argument) -> String {
  switch argument {
  case .number(let number): "\(number)"
  case .text(let text): "'\(text)'"
  }
}
