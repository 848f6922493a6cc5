import Testing
import ThermoclineCore
import ThermoclinePopulation

@Suite("Profile table, written")
struct ProfileCSVTests {
  @Test func fieldsAreWrittenInOrderAndQuotedWhereNeeded() {
    var profile = AccountProfile()
    profile.tier = "mid"
    profile.industry = "food, \"fresh\""
    profile.contractStart = EventTime(year: 2025, month: 2, day: 3)
    profile.revenue = 1_250
    profile.seats = 12
    profile.keyContacts = ["u-1", "u-2"]
    profile.parent = "acct-9"
    #expect(
      ProfileCSV.text([("acct-1", profile), ("acct-2", AccountProfile())]) == """
        account,tier,industry,stage,contract_start,contract_end,revenue,seats,key_contacts,parent
        acct-1,mid,"food, ""fresh""\",,2025-02-03,,1250,12,u-1;u-2,acct-9
        acct-2,standard,,,,,0,,,

        """)
  }
}
