import Testing

@testable import ThermoclineKafka

@Suite struct KafkaLibraryTests {
  @Test(
    "a list of requests that an old library cannot read is told apart from a broker that is not there"
  )
  func remedy() {
    let text = "a:9092/bootstrap: ApiVersionRequest failed: Local: Read underflow"
    #expect(KafkaLibrary.remedy(for: text, number: 0x0200_02ff)?.contains("2.2") == true)
    #expect(KafkaLibrary.remedy(for: text, number: 0x0202_00ff) == nil)
    #expect(KafkaLibrary.remedy(for: "a:9092: Connection refused", number: 0x0200_02ff) == nil)
  }
}
