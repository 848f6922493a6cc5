import Foundation
import Testing
import ThermoclineCore

@testable import Thermocline

@Suite("Profile table, read")
struct ProfileTableTests {
  private func table(_ text: String) throws(ProfileTableError) -> ProfileTable {
    try ProfileTable(Array(text.utf8), file: "profiles.csv")
  }

  @Test func columnsAreFoundByNameInAnyOrder() throws {
    let table = try table(
      "Seats, account ,tier,note,contract_end,revenue,key_contacts,parent,contract_start,stage\r\n"
        + "12,acme,mid,x,2026-02-28T12:00:00+02:00,99.5,u-1; u-2,group,2025-03-01,active\r\n"
        + "\r\n,beta,,,,,,,,\r\n")
    #expect(table.ignoredColumns == ["note"])
    #expect(table.profiles.count == 2)
    let acme = try #require(table.profiles["acme"])
    #expect(acme.tier == "mid" && acme.stage == "active" && acme.parent == "group")
    #expect(acme.seats == 12 && acme.revenue == 99.5 && acme.keyContacts == ["u-1", "u-2"])
    #expect(acme.contractStart?.description == "2025-03-01T00:00:00.000Z")
    #expect(acme.contractEnd?.description == "2026-02-28T10:00:00.000Z")
    #expect(table.profiles["beta"] == AccountProfile())
  }

  @Test func plainerColumnsStandInForMissingOnes() throws {
    let table = try table(
      "account,plan,segment,lifecycle,registered\na,gold,s,new,2025-01-02\nb,,s,,\n")
    #expect(table.profiles["a"]?.tier == "gold")
    #expect(table.profiles["b"]?.tier == "s")
    #expect(table.profiles["a"]?.stage == "new")
    #expect(table.profiles["a"]?.contractStart == EventTime(year: 2025, month: 1, day: 2))
  }

  @Test(arguments: [
    ("", "profiles.csv: the file is empty"),
    ("tier\nmid\n", "profiles.csv, line 1, column account: the column is missing"),
    ("account,tier,Tier\n", "profiles.csv, line 1, column tier: the column occurs twice"),
    ("account,tier\na\n", "profiles.csv, line 2: 1 fields where the header has 2"),
    ("account,tier\na,b,c\n", "profiles.csv, line 2: 3 fields where the header has 2"),
    (
      "account,tier\n\n\n,mid\n",
      "profiles.csv, line 4, column account: the account's name is empty"
    ),
    ("account\na\na\n", "profiles.csv, line 3, column account: the account a has a line already"),
    ("account,revenue\na,1\nb,12x\n", "profiles.csv, line 3, column revenue: \"12x\" is not"),
    ("account,revenue\na,-1\n", "profiles.csv, line 2, column revenue: \"-1\" is not"),
    ("account,revenue\na,nan\n", "profiles.csv, line 2, column revenue: \"nan\" is not"),
    ("account,seats\na,1.5\n", "profiles.csv, line 2, column seats: \"1.5\" is not"),
    (
      "account,registered\na,2025-02-29\n",
      "profiles.csv, line 2, column registered: \"2025-02-29\""
    ),
    (
      "account,contract_start,contract_end\na,2025-02-02,2025-02-01\n",
      "profiles.csv, line 2, column contract_end: the contract ends"
    ),
    ("account,tier\na,\"b\"c\n", "profiles.csv, line 2, column 2: text follows a closing quote"),
    ("account,tier\na,b\"c\n", "profiles.csv, line 2, column 2: a quote stands inside"),
    ("account,tier\n\"a\nb\",\"c\nd", "profiles.csv, line 3, column 2: the quote that opens"),
  ])
  func errorsNameFileLineColumnAndRemedy(_ text: String, _ expected: String) {
    let error = #expect(throws: ProfileTableError.self) { try table(text) }
    #expect(error?.description.hasPrefix(expected) == true, "\(error?.description ?? "")")
    #expect(error?.remedy.isEmpty == false)
  }

  @Test func invalidUTF8IsRefused() {
    let error = #expect(throws: ProfileTableError.self) {
      try ProfileTable(Array("account\n".utf8) + [0x61, 0xFF], file: "f")
    }
    #expect(error?.line == 2)
  }

  @Test(arguments: ["oulad", "crm6"])
  func realTablesAreRead(_ name: String) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appending(path: "../shared/data/\(name)/profiles.csv")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else {
      print("skipped: \(name)/profiles.csv is not there")
      return
    }
    let table = try table(text)
    // The tables have no quotes: Foundation's splitting is reference enough.
    let lines = text.components(separatedBy: .newlines).filter { !$0.isEmpty }
    #expect(table.profiles.count == lines.count - 1)
    let header = lines[0].components(separatedBy: ",")
    let dates = DateFormatter()
    dates.locale = Locale(identifier: "en_US_POSIX")
    dates.timeZone = TimeZone(identifier: "UTC")
    dates.dateFormat = "yyyy-MM-dd"
    for line in lines.dropFirst() {
      let fields = Dictionary(uniqueKeysWithValues: zip(header, line.components(separatedBy: ",")))
      let profile = try #require(table.profiles[fields["account"]!])
      for (column, time) in [
        ("contract_start", profile.contractStart), ("contract_end", profile.contractEnd),
      ] {
        let expected = dates.date(from: fields[column]!).map {
          Int64($0.timeIntervalSince1970) * 1_000
        }
        #expect(time?.milliseconds == expected)
      }
      #expect(profile.revenue == Double(fields["revenue"] ?? "0"))
      #expect(profile.tier == fields["plan"] ?? fields["segment"])
    }
  }
}
