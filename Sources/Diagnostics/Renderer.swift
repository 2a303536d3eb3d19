// What a person sees of a diagnostic:
//
//     web.yaml:7:11: error: unknown metric 'cpu.idel'
//       7 |   - when: cpu.idel < 10%
//         |           ^~~~~~~~ did you mean 'cpu.idle'?

import Text

/// A diagnostic as lines of text, each with its line feed: the place and what is wrong, the line of the file, a mark
/// under the exact word with the hint behind it, then the notes in the same shape. Whatever the file contains, the
/// only control characters in the result are tabs, line feeds and, with `colour`, ANSI colours of our own.
public func render(_ diagnostic: Diagnostic, colour: Bool) -> String {
  var output: [UInt8] = []
  render(diagnostic, colour: colour, into: &output)
  return String(decoding: output, as: UTF8.self)
}

/// Appends what `render(_:colour:)` returns.
public func render(_ diagnostic: Diagnostic, colour: Bool, into output: inout [UInt8]) {
  let finding = diagnostic.finding
  let excerpt = Excerpt(of: finding.range, in: diagnostic.source)
  let notes = diagnostic.notes.map { (note: $0, excerpt: Excerpt(of: $0.range, in: $0.source)) }
  var renderer = Renderer(isColoured: colour, gutter: excerpt.lineDigits)
  for (_, excerpt) in notes { renderer.gutter = max(renderer.gutter, excerpt.lineDigits) }

  let title: Renderer.Title = finding.severity == .error ? .error : .warning
  renderer.heading(title, diagnostic.source.name, excerpt, finding.message, &output)
  renderer.body(title, excerpt, hint: finding.hint, &output)
  for (note, excerpt) in notes {
    renderer.heading(.note, note.source.name, excerpt, note.message, &output)
    renderer.body(.note, excerpt, hint: nil, &output)
  }
}

/// The parts of a rendered diagnostic.
struct Renderer {
  /// What a paragraph is about, and its colour.
  enum Title {
    case error, warning, note

    var word: String {
      switch self {
      case .error: "error"
      case .warning: "warning"
      case .note: "note"
      }
    }

    /// Red, magenta, cyan, as compilers have them.
    var colour: String {
      switch self {
      case .error: "\u{1B}[1;31m"
      case .warning: "\u{1B}[1;35m"
      case .note: "\u{1B}[1;36m"
      }
    }
  }

  private static let bold = "\u{1B}[1m"
  private static let plain = "\u{1B}[0m"

  let isColoured: Bool
  /// How many digits the line numbers take.
  var gutter: Int

  /// `web.yaml:7:11: error: unknown metric 'cpu.idel'`
  func heading(_ title: Title, _ name: String, _ excerpt: Excerpt, _ message: String, _ output: inout [UInt8]) {
    start(Self.bold, &output)
    appendHarmless(name, to: &output)
    output.append(":")
    output.append(decimal: excerpt.line)
    output.append(":")
    output.append(decimal: excerpt.column)
    output.append(": ")
    start(title.colour, &output)
    output.append(title.word)
    output.append(": ")
    end(&output)
    start(Self.bold, &output)
    appendHarmless(message, to: &output)
    end(&output)
    output.append("\n")
  }

  /// The line of the file, and the mark and the hint below it.
  func body(_ title: Title, _ excerpt: Excerpt, hint: String?, _ output: inout [UInt8]) {
    output.append("  ")
    output.append(decimal: excerpt.line)
    let digits = excerpt.lineDigits
    output.insert(contentsOf: repeatElement(0x20, count: gutter - digits), at: output.count - digits)
    output.append(excerpt.text.isEmpty ? " |" : " | ")
    output.append(contentsOf: excerpt.text)
    output.append("\n")

    appendMargin(excerpt, &output)
    start(title.colour, &output)
    output.append("^")
    output.append(contentsOf: repeatElement(.of("~"), count: excerpt.markWidth - 1))
    end(&output)
    var isFirst = true
    for line in (hint ?? "").utf8.split(separator: 0x0A) {
      if !isFirst {
        output.append("\n")
        appendMargin(excerpt, &output)
        output.append(contentsOf: repeatElement(0x20, count: excerpt.markWidth))
      }
      output.append(" ")
      appendHarmless(String(decoding: line, as: UTF8.self), to: &output)
      isFirst = false
    }
    output.append("\n")
  }

  /// `    |         `, up to where the mark begins.
  private func appendMargin(_ excerpt: Excerpt, _ output: inout [UInt8]) {
    output.append(contentsOf: repeatElement(0x20, count: 2 + gutter))
    output.append(" | ")
    output.append(contentsOf: excerpt.margin)
  }

  private func start(_ colour: String, _ output: inout [UInt8]) {
    if isColoured { output.append(colour) }
  }

  private func end(_ output: inout [UInt8]) {
    if isColoured { output.append(Self.plain) }
  }
}
