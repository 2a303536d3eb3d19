// libyaml, behind a border of safe Swift: bytes in, events out. All unsafe code of this room is in this file.

internal import CYAML
import Diagnostics

/// One step through a document.
enum Event {
  /// The stream, with nothing left to say about it.
  case other
  /// A document begins, at a place; `isAnnounced` by a line `---`.
  case documentStart(Range<Int>, isAnnounced: Bool)
  /// `*name`
  case alias(String, Range<Int>)
  /// A text.
  case scalar(text: String, Scalar.Style, Properties, Range<Int>)
  /// `[`, or the first `- ` of a list.
  case sequenceStart(Properties, Range<Int>, isFlow: Bool)
  /// `{`, or the first key of a mapping.
  case mappingStart(Properties, Range<Int>, isFlow: Bool)
  /// The end of the innermost list or mapping.
  case end(Range<Int>)
  /// The end of everything.
  case streamEnd
}

/// What can stand before a value: `&anchor` and `!tag`. The range of an event includes it.
struct Properties {
  let anchor: String?
  let hasTag: Bool
}

/// Where and why libyaml gave up.
struct SyntaxError: Error {
  /// libyaml's words for it, such as `did not find expected key`. Empty when memory ran out.
  let problem: String
  /// The place of the problem.
  let place: Int
  /// What libyaml was doing, such as `while scanning a quoted scalar`, or nothing.
  let context: String
  /// Where it began to do so. The start of the file where it does not say.
  let contextPlace: Int
}

/// Reads events, one after the other.
struct EventReader: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let lines: LineTable
  /// How many code points stand before what libyaml reads: a byte order mark, which it is not shown.
  private let skippedCodePoints: Int

  /// Begins with the first of `bytes`, which are UTF-8, stay where they are for as long as the reader is used, and are
  /// the source's bytes from `start` on. Marks of libyaml count code points; `lines` knows their bytes.
  /// yaml_parser_initialize(3), yaml_parser_set_input_string(3)
  init(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, lines: LineTable) {
    parser = .allocate(capacity: 1)
    self.lines = lines
    skippedCodePoints = start == 0 ? 0 : 1
    // Fails only where memory has run out, and leaves a zeroed parser, which then fails to parse for the same reason.
    if yaml_parser_initialize(parser) == 1 {
      yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
      yaml_parser_set_input_string(parser, bytes.baseAddress! + start, bytes.count - start)
    }
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  /// The next event. After `streamEnd` or an error there is none.
  /// yaml_parser_parse(3)
  mutating func next() throws(SyntaxError) -> Event {
    guard parser.pointee.read_handler != nil else { throw outOfMemory }
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw error() }
    defer { yaml_event_delete(&event) }
    let range = place(event.start_mark)..<place(event.end_mark)
    switch event.type {
    case YAML_DOCUMENT_START_EVENT:
      return .documentStart(range, isAnnounced: event.data.document_start.implicit == 0)
    case YAML_ALIAS_EVENT:
      return .alias(Self.text(event.data.alias.anchor) ?? "", range)
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      return .scalar(text: text, Self.style(scalar.style), Self.properties(scalar.anchor, scalar.tag), range)
    case YAML_SEQUENCE_START_EVENT:
      let sequence = event.data.sequence_start
      let properties = Self.properties(sequence.anchor, sequence.tag)
      return .sequenceStart(properties, range, isFlow: sequence.style == YAML_FLOW_SEQUENCE_STYLE)
    case YAML_MAPPING_START_EVENT:
      let mapping = event.data.mapping_start
      let properties = Self.properties(mapping.anchor, mapping.tag)
      return .mappingStart(properties, range, isFlow: mapping.style == YAML_FLOW_MAPPING_STYLE)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
      return .end(range)
    case YAML_STREAM_END_EVENT:
      return .streamEnd
    default:
      return .other
    }
  }

  private func place(_ mark: yaml_mark_t) -> Int {
    lines.offset(ofCodePoint: skippedCodePoints + Int(mark.index))
  }

  private func error() -> SyntaxError {
    let failed = parser.pointee
    guard failed.error == YAML_SCANNER_ERROR || failed.error == YAML_PARSER_ERROR else {
      // The bytes are known to be good, so that a reader's error cannot be.
      return outOfMemory
    }
    return SyntaxError(
      problem: Self.text(failed.problem) ?? "", place: place(failed.problem_mark),
      context: Self.text(failed.context) ?? "", contextPlace: place(failed.context_mark))
  }

  private var outOfMemory: SyntaxError { SyntaxError(problem: "", place: 0, context: "", contextPlace: 0) }

  private static func properties(
    _ anchor: UnsafeMutablePointer<yaml_char_t>?, _ tag: UnsafeMutablePointer<yaml_char_t>?
  ) -> Properties {
    Properties(anchor: text(anchor), hasTag: tag != nil)
  }

  private static func text(_ start: UnsafePointer<CChar>?) -> String? { start.map { String(cString: $0) } }

  private static func text(_ start: UnsafeMutablePointer<yaml_char_t>?) -> String? { start.map { String(cString: $0) } }

  private static func style(_ style: yaml_scalar_style_t) -> Scalar.Style {
    switch style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
    case YAML_LITERAL_SCALAR_STYLE: .literal
    case YAML_FOLDED_SCALAR_STYLE: .folded
    default: .plain
    }
  }
}
