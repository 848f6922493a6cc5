import Testing

@testable import Thermocline

@Suite("Nearest name")
struct NearestNameTests {
  private let names = ["brokers", "group", "properties"]

  @Test(arguments: [
    ("brokers", "brokers"), ("broker", "brokers"), ("borkers", "brokers"), ("gruop", "group"),
    ("grup", "group"), ("groups", "group"), ("proprties", "properties"), ("weather", nil),
    ("grp", nil), ("", nil),
  ])
  func aSlipOfTheHandIsRecognised(_ word: String, _ name: String?) {
    #expect(nearest(to: word, among: names) == name)
  }

  @Test func nothingIsNearToNothing() { #expect(nearest(to: "group", among: []) == nil) }
}
