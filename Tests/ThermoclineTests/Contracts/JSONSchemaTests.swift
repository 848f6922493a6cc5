import Testing
import ThermoclineTestKit

/// The tests' own reader of schemas: each keyword by what the standard says of it.
@Suite struct JSONSchemaTests {
  private func schema(_ text: String) throws(JSONSchemaError) -> JSONSchema {
    let head = #"{"$schema":"https://json-schema.org/draft/2020-12/schema""#
    return try JSONSchema(Array("\(head),\(text)}".utf8))
  }

  private func takes(_ schema: JSONSchema, _ document: String) throws -> Bool {
    let json = try #require(FoundationJSON.read(Array(document.utf8)), "\(document)")
    return schema.problems(in: json).isEmpty
  }

  /// Schema, documents that conform, documents that do not.
  private static let cases: [(schema: String, good: [String], bad: [String])] = [
    (#""type":"string""#, [#""""#], ["1", "null", "[]", "{}", "true"]),
    (#""type":["number","null"]"#, ["1", "-0.5", "1e100", "null"], [#""1""#, "false"]),
    (#""type":"integer""#, ["1", "1.0", "-7", "100e-2"], ["1.5", #""1""#]),
    (#""type":"boolean""#, ["true", "false"], ["0", "1", "null"]),
    (#""enum":["a",7,null]"#, [#""a""#, "7.0", "null"], [#""b""#, "8", "false"]),
    (#""const":"a""#, [#""a""#], [#""A""#, "null"]),
    // Keywords of another type say nothing.
    (#""minimum":0,"maximum":1"#, ["0", "1", "0.5", #""x""#, "null"], ["-0.0001", "1.0001"]),
    (
      #""minLength":1,"maxLength":2"#, [#""é""#, #""e\u0301""#, #""😀😀""#, "[]"],
      [#""""#, #""abc""#]
    ),
    (#""pattern":"^a[0-9]$""#, [#""a1""#, "1"], [#""a""#, #""ba1""#, #""a12""#]),
    (#""pattern":"b""#, [#""abc""#], [#""ac""#]),
    (
      #""format":"date-time""#, [#""2024-02-29T23:59:59.999Z""#],
      [
        #""2025-02-29T00:00:00.000Z""#, #""2025-01-01T24:00:00.000Z""#,
        #""2025-13-01T00:00:00.000Z""#,
      ]
    ),
    (
      #""items":{"type":"null"},"minItems":1,"maxItems":2"#, ["[null]", "{}"],
      ["[]", "[null,1]", "[null,null,null]"]
    ),
    (#""required":["a","b"]"#, [#"{"a":null,"b":1,"c":2}"#, "[]"], [#"{"a":1}"#, "{}"]),
    (
      #""properties":{"a":{"type":"null"}},"additionalProperties":false"#, ["{}", #"{"a":null}"#],
      [#"{"a":1}"#, #"{"b":null}"#]
    ),
    (
      #""properties":{"a":{}},"additionalProperties":{"type":"null"}"#, [#"{"a":1,"b":null}"#],
      [#"{"b":1}"#]
    ),
    (
      #""propertyNames":{"maxLength":1},"minProperties":1,"maxProperties":2"#,
      [#"{"a":1}"#], ["{}", #"{"ab":1}"#, #"{"a":1,"b":1,"c":1}"#]
    ),
    (#""anyOf":[{"type":"null"},{"minimum":3}]"#, ["null", "3", #""x""#], ["2"]),
    (
      ##""$defs":{"p":{"maximum":5}},"$ref":"#/$defs/p","minimum":1"##, ["1", "5"], ["0", "6"]
    ),
    (
      #""if":{"properties":{"a":{"const":1}}},"then":{"required":["b"]},"else":{"required":["c"]}"#,
      [#"{"a":1,"b":0}"#, #"{"b":0}"#, #"{"a":2,"c":0}"#], [#"{"a":1,"c":0}"#, #"{"a":2,"b":0}"#]
    ),
  ]

  @Test(arguments: cases.indices) func keywords(_ index: Int) throws {
    let (text, good, bad) = Self.cases[index]
    let schema = try schema(text)
    for document in good { #expect(try takes(schema, document), "\(text): \(document)") }
    for document in bad { #expect(try !takes(schema, document), "\(text): \(document)") }
  }

  @Test(
    "what it does not know is refused, and so is what makes no sense",
    arguments: [
      #""oneOf":[{}]"#, #""properties":{"a":{"multipleOf":2}}"#, #""items":true"#,
      #""type":"text""#,
      #""minLength":-1"#, #""minLength":1.5"#, #""pattern":"(""#, #""format":"email""#,
      #""$ref":"other.json""#, ##""$ref":"#/$defs/none""##, #""required":"a""#, #""minimum":"1""#,
      #""properties":{"a":{"$id":"x"}}"#, #""enum":[]"#,
    ])
  func refused(_ text: String) { #expect(throws: JSONSchemaError.self) { try schema(text) } }

  @Test func anotherDraftIsRefused() {
    let text = #"{"$schema":"http://json-schema.org/draft-07/schema#","type":"null"}"#
    #expect(throws: JSONSchemaError.self) { try JSONSchema(Array(text.utf8)) }
  }

  @Test func itNotesWhatItHasMet() throws {
    let schema = try schema(
      ##""$defs":{"d":{"properties":{"x":{"type":["null","number"]}}}},"properties":{"a":{"$ref":"#/$defs/d"},"##
        + #""b":{"anyOf":[{"type":"null"},{"properties":{"y":{"type":"string"}}}]}},"#
        + #""if":{"properties":{"z":{}}}"#)
    #expect(
      schema.properties
        == [
          "/$defs/d/properties/x", "/properties/a", "/properties/b",
          "/properties/b/anyOf/1/properties/y",
        ])
    #expect(
      schema.nullableProperties == ["/$defs/d/properties/x", "/properties/a", "/properties/b"])
    #expect(try takes(schema, #"{"a":{"x":null},"b":{"y":""}}"#))
    #expect(
      schema.met
        == ["/properties/a", "/properties/b", "/properties/b/anyOf/1/properties/y"])
    #expect(schema.metNull == ["/$defs/d/properties/x"])
    // A document that does not conform shows nothing.
    #expect(try !takes(schema, #"{"a":{"x":1},"b":{"y":2}}"#))
    #expect(!schema.met.contains("/$defs/d/properties/x"))
  }
}
