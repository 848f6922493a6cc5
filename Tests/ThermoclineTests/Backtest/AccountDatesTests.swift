import Testing
import ThermoclineTestKit

@testable import Thermocline

@Suite struct AccountDatesTests {
  private func dates(_ text: String, optional: Bool = false) throws -> [String: Int] {
    let folder = try TemporaryFolder()
    let path = try folder.file("labels.csv", Array(text.utf8))
    return try AccountDates.read(path, column: "churned", isOptional: optional).days
  }

  private func message(_ text: String) -> String {
    do {
      _ = try dates(text)
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func readsDatesAndLeavesEmptyOnesOut() throws {
    let text = "name,Churned,account\nx,1970-01-11, a \ny,,b\nz,1970-01-03T23:59:59Z,c\n"
    #expect(try dates(text) == ["a": 10, "c": 2])
    #expect(try dates("account\na\n", optional: true) == [:])
  }

  @Test func faultsNameTheirLine() {
    #expect(message("account,left\na,\n").contains("no column churned"))
    #expect(message("churned\n\n").contains("no column account"))
    #expect(message("account,churned\na,1970-01-01\na,1970-01-02\n").contains("line 3"))
    #expect(message("account,churned\na,soon\n").contains("\"soon\" is no date"))
    #expect(message("account,churned\na\n").contains("1 fields"))
    #expect(message("account,churned\n\"a,\n").contains("RFC 4180"))
  }
}
