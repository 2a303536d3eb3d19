// The rule file's JSON Schema, for editors, made from the table of keys that the reader reads by. A schema cannot know
// the language of expressions: it knows shapes, and leaves the rest to `agentcheckd check`.

import Text

/// The JSON Schema (draft 7, which the YAML language server of editors speaks) of the rule file and of its fragments.
public func ruleFileSchema() -> JSON {
  .object([
    ("$schema", .string("http://json-schema.org/draft-07/schema#")),
    ("title", .string("agentcheckd rule file")),
    ("description", .string("Tells HAProxy's agent check how much traffic a host can take: agentcheckd.yaml(5).")),
    ("$ref", .string("#/definitions/file")),
    (
      "definitions",
      .object(
        Place.allCases.map { ($0.rawValue, definition(of: $0)) } + [
          (
            "duration",
            .object([
              ("type", .strings(["string"])),
              ("pattern", .string("^\\s*([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+\\s*$")),
            ])
          ),
          // YAML reads a bare 20 as a number; the reader takes every scalar as it is written.
          ("scalar", .object([("type", .strings(["string", "number", "boolean"]))])),
        ])
    ),
  ])
}

private func definition(of place: Place) -> JSON {
  var entries: [(key: String, value: JSON)] = [
    ("type", .strings(["object", "null"])),
    ("additionalProperties", .boolean(false)),
    (
      "properties",
      .object(Key.all(in: place).map { key in (key.name, property(key)) })
    ),
  ]
  if place == .rule {
    entries[0].value = .string("object")
    entries.append(
      ("anyOf", .array(["reply", "weight", "maxconn"].map { .object([("required", .strings([$0]))]) })))
  }
  return .object(entries)
}

private func property(_ key: Key) -> JSON {
  var entries = [(key: "description", value: JSON.string(key.help))]
  if let standard = key.standard { entries.append(("default", .string(standard))) }
  entries += schema(of: key.shape)
  return .object(entries)
}

private func schema(of shape: Shape) -> [(key: String, value: JSON)] {
  switch shape {
  // Beside a `$ref`, draft 7 ignores everything else: what stands beside it needs an `allOf`.
  case .duration: [("allOf", .array([reference("duration")]))]
  case .text, .words, .expression: [("allOf", .array([reference("scalar")]))]
  case .path: [("type", .string("string")), ("pattern", .string("^/"))]
  case .boolean: [("type", .string("boolean"))]
  case .choice(let words): [("enum", .strings(words))]
  case .addresses, .networks, .patterns:
    [
      (
        "anyOf",
        .array([
          reference("scalar"),
          .object([("type", .string("array")), ("minItems", .integer(1)), ("items", reference("scalar"))]),
        ])
      )
    ]
  case .mapping(let place): [("allOf", .array([reference(place.rawValue)]))]
  case .list(let place): [("type", .strings(["array", "null"])), ("items", reference(place.rawValue))]
  case .named(let place):
    [("type", .strings(["object", "null"])), ("additionalProperties", reference(place.rawValue))]
  case .metrics:
    [
      ("type", .strings(["object", "null"])),
      (
        "additionalProperties",
        .object([("anyOf", .array([reference("scalar"), reference(Place.probe.rawValue)]))])
      ),
    ]
  }
}

private func reference(_ name: String) -> JSON { .object([("$ref", .string("#/definitions/\(name)"))]) }
