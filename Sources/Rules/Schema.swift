// The rule file's JSON Schema, for editors, made from the table of keys that the reader reads by. A schema cannot know
// the language of expressions: it knows shapes and words, and leaves the rest to `agentcheckd check`. It refuses nothing
// that the reader takes: the reader takes scalars as they are written, while editors see `404` as a number.

import Language
import Reply
import Text

/// The JSON Schema (draft 7, which the YAML language server of editors speaks) of the rule file and of its fragments.
public func ruleFileSchema() -> JSON {
  .object([
    ("$schema", .string("http://json-schema.org/draft-07/schema#")),
    ("title", .string("agentcheckd rule file")),
    ("description", .string("Tells HAProxy's agent check how much traffic a host can take: agentcheckd.yaml(5).")),
    ("allOf", .array([reference("file")])),
    (
      "definitions",
      .object(
        Place.allCases.filter { !Key.all(in: $0).isEmpty }.map { ($0.rawValue, definition(of: $0)) } + [
          ("duration", pattern("^\\s*([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+\\s*$")),
          (
            "text",
            .object([
              ("type", .strings(["string", "number", "boolean"])), ("minLength", .integer(1)),
              ("pattern", .string("^\\s*[^\\u0000-\\u001f\\u007f]+\\s*$")),
            ])
          ),
          ("words", pattern(wordsPattern)),
          ("condition", .object([("type", .string("string")), ("minLength", .integer(1))])),
          ("quantity", .object([("type", .strings(["string", "number"])), ("minLength", .integer(1))])),
          ("address", pattern("^[^\\s]*:[0-9]{1,5}$")),
          ("network", pattern("^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$")),
          ("url", pattern("^\\s*([Hh][Tt][Tt][Pp]://|unix:/)[!-~]+\\s*$")),
          ("destination", pattern("^\\s*[^\\s/]+:[0-9]{1,5}\\s*$")),
          (
            "word",
            .object([("type", .strings(["string", "number", "boolean"])), ("maxLength", .integer(mostArgumentBytes))])
          ),
          ("fileName", .object([("type", .string("string")), ("minLength", .integer(1))])),
        ])
    ),
  ])
}

private func definition(of place: Place) -> JSON {
  var entries: [(key: String, value: JSON)] = [
    // A mapping without keys may be written as nothing at all, but not a rule, which has to say something.
    ("type", place == .rule || place == .file || place == .probe ? .string("object") : .strings(["object", "null"])),
    ("additionalProperties", .boolean(false)),
    (
      "properties",
      .object(Key.all(in: place).map { key in (key.name, property(key)) })
    ),
  ]
  if place == .probe {
    let kinds = ProbeKind.allCases.map { JSON.object([("required", .strings([$0.rawValue]))]) }
    entries.append(("oneOf", .array(kinds)))
  }
  if place == .rule {
    let keys = ["reply", "weight", "maxconn"]
    entries.append(("anyOf", .array(keys.map { .object([("required", .strings([$0]))]) })))
    entries.append(("dependencies", .object([("damping", .strings(["weight"]))])))
  }
  return .object(entries)
}

private func property(_ key: Key) -> JSON {
  var entries = [(key: "description", value: JSON.string(key.help))]
  if let standard = key.standard {
    entries.append(("default", standard == "false" ? .boolean(false) : .string(standard)))
  }
  // Beside a `$ref`, draft 7 ignores everything else: what stands beside it needs an `allOf`.
  entries += schema(of: key.shape)
  return .object(entries)
}

private func schema(of shape: Shape) -> [(key: String, value: JSON)] {
  switch shape {
  case .duration: [("allOf", .array([reference("duration")]))]
  case .text(let maximumBytes): [("allOf", .array([reference("text")])), ("maxLength", .integer(maximumBytes))]
  case .exactText(let maximumBytes):
    [
      ("type", .strings(["string", "number", "boolean"])), ("minLength", .integer(1)),
      ("maxLength", .integer(maximumBytes)),
    ]
  case .command:
    [
      (
        "anyOf",
        .array([
          .object([("type", .string("string")), ("pattern", .string("^/"))]),
          .object([
            ("type", .string("array")), ("minItems", .integer(1)), ("maxItems", .integer(mostArguments)),
            ("items", reference("word")),
          ]),
        ])
      )
    ]
  case .url: [("allOf", .array([reference("url")]))]
  case .destination: [("allOf", .array([reference("destination")]))]
  case .words: [("allOf", .array([reference("words")]))]
  case .expression(.condition), .expression(.percent): [("allOf", .array([reference("condition")]))]
  case .expression(.number): [("allOf", .array([reference("quantity")])), ("minimum", .integer(1))]
  case .expression(.any): [("allOf", .array([reference("quantity")]))]
  case .path: [("type", .string("string")), ("pattern", .string("^/"))]
  // The reader takes the words in quotes, too.
  case .boolean: [("enum", .array([.boolean(true), .boolean(false), .string("true"), .string("false")]))]
  case .choice(let words): [("enum", .strings(words))]
  case .addresses: oneOrMore("address")
  case .networks: oneOrMore("network")
  case .patterns: oneOrMore("fileName")
  case .mapping(let place): [("allOf", .array([reference(place.rawValue)]))]
  case .list(let place):
    [
      ("type", .strings(["array", "null"])), ("maxItems", .integer(maximumRuleCount)),
      ("items", reference(place.rawValue)),
    ]
  case .named(let place):
    [
      ("type", .strings(["object", "null"])),
      ("propertyNames", pattern("^[A-Za-z0-9_.-]{1,\(maximumServiceNameBytes)}$")),
      ("additionalProperties", reference(place.rawValue)),
    ]
  case .metrics:
    [
      ("type", .strings(["object", "null"])),
      ("propertyNames", pattern("^[A-Za-z_][A-Za-z0-9_]*$")),
      (
        "additionalProperties",
        .object([("anyOf", .array([reference("quantity"), reference(Place.probe.rawValue)]))])
      ),
    ]
  }
}

/// One value, or a list of them.
private func oneOrMore(_ name: String) -> [(key: String, value: JSON)] {
  let list: [(key: String, value: JSON)] = [
    ("type", .string("array")), ("minItems", .integer(1)), ("uniqueItems", .boolean(true)), ("items", reference(name)),
  ]
  return [("anyOf", .array([reference(name), .object(list)]))]
}

private func pattern(_ text: String) -> JSON { .object([("type", .string("string")), ("pattern", .string(text))]) }

private func reference(_ name: String) -> JSON { .object([("$ref", .string("#/definitions/\(name)"))]) }

/// HAProxy's words in any case, separated by blanks or commas. That each thing is spoken of once is left to the reader.
private var wordsPattern: String {
  let states = ["ready", "drain", "maint", "up", "stopped", "fail", "down"]
  let words =
    states.map { caseless($0) } + [
      "0*([0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-6])%", caseless("maxconn") + ":0*[1-9][0-9]*",
    ]
  let word = "(\(words.joined(separator: "|")))"
  return "^[\\s,]*\(word)([\\s,]+\(word))*[\\s,]*$"
}

/// A pattern for a word whose case does not matter: `[Uu][Pp]`.
private func caseless(_ word: String) -> String {
  word.map { "[\($0.uppercased())\($0)]" }.joined()
}
