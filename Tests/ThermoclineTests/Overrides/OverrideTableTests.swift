import Testing
import ThermoclineCore

@testable import Thermocline

@Suite struct OverrideTableTests {
  private func parse(_ text: String) throws(JobFailure) -> [String: ScoreOverride] {
    try OverrideTable.parse(Array(text.utf8), file: "o.ndjson")
  }

  @Test func aLineIsAnAccountsOverride() throws {
    let found = try parse(
      """
      {"account":"a","band":"red","reason":"r","author":"x","expires":"2026-02-01"}

      {"account":"b","score":7,"reason":"r","author":"y","expires":"2026-03-01"}
      """)
    #expect(found.count == 2)
    #expect(found["a"]?.band == "red" && found["b"]?.score == Points(7))
  }

  @Test(
    arguments: [
      (#"{"band":"red","reason":"r","author":"x","expires":"2026-02-01"}"#, "account is missing"),
      (#"{"account":"a","reason":"r","author":"x","expires":"2026-02-01"}"#, "neither score nor"),
      (
        """
        {"account":"a","band":"red","reason":"r","author":"x","expires":"2026-02-01"}
        {"account":"a","band":"red","reason":"r","author":"x","expires":"2026-02-01"}
        """, "o.ndjson:2: duplicate_key: the account a is there twice"
      ),
    ])
  func mistakesAreNamedWithTheirLine(text: String, problem: String) {
    let error = #expect(throws: JobFailure.self) { try parse(text) }
    #expect(error?.message.contains(problem) == true, "\(error!)")
  }
}
