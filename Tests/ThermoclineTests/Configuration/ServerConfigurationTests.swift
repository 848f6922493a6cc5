import Foundation
import Testing
import ThermoclineServer
import ThermoclineTestKit

@testable import Thermocline

@Suite struct ServerConfigurationTests {
  private let folder: TemporaryFolder
  private static let secret = "hunter2-hunter2-hunter2"

  init() throws { folder = try TemporaryFolder() }

  private func read(_ text: String) throws(YAMLFileError) -> JobConfiguration {
    try JobConfigurationFile.read(text, file: "c.yaml")
  }

  @Test func onlyThisMachineUnlessTold() throws {
    #expect(JobConfiguration().server.listen?.isLoopback == true)
    #expect(try read("server: {listen: none}").server.listen == nil)
    #expect(try read("server: {listen: '[::1]:0'}").server.listen?.port == 0)
    let error = #expect(throws: YAMLFileError.self) { try read("server:\n  listen: 0.0.0.0:9600") }
    #expect(
      error?.description
        == "c.yaml:2: server.listen: is 0.0.0.0:9600, which other machines can reach, without a token; "
        + "allowed: 127.0.0.1, or server.token_file too")
    let open = try read("server: {listen: '0.0.0.0:9600', token_file: t}")
    #expect(open.server.listen?.isLoopback == false)
  }

  @Test(arguments: ["server: {listen: a}", "server: {listen: '127.0.0.1:x'}", "server: {port: 1}"])
  func whatIsNoAddress(_ text: String) { #expect(throws: YAMLFileError.self) { try read(text) } }

  @Test func aTokenIsNeverShown() throws {
    let configuration = try read("server: {token: \(Self.secret)}")
    var shown = "\(configuration) \(configuration.description) \(configuration.server)"
    dump(configuration, to: &shown)
    #expect(!shown.contains("hunter2") && configuration.server.token != nil)
    for wrong in ["hunter2", "hunter2 hunter2 hunter2"] {
      let error = #expect(throws: YAMLFileError.self) { try read("server: {token: \(wrong)}") }
      #expect(error?.description.contains("hunter2") == false)
    }
    #expect(throws: YAMLFileError.self) {
      try read("server: {token: \(Self.secret), token_file: t}")
    }
  }

  @Test func aTokenFileIsItsFirstLine() throws {
    let path = try folder.file("token", lines: [Self.secret, "more"])
    var server = JobConfiguration.Server()
    server.tokenFile = path
    #expect(try server.accessToken() == AccessToken(Self.secret))
    server.tokenFile = try folder.file("short", lines: ["hunter2"])
    let failure = #expect(throws: JobFailure.self) { try server.accessToken() }
    #expect(failure?.status == .configuration && failure?.message.contains("hunter2") == false)
    server.tokenFile = folder.path + "/absent"
    #expect(throws: JobFailure.self) { try server.accessToken() }
  }

  @Test func theEnvironmentMayHoldTheToken() throws {
    var configuration = try read("{}")
    try configuration.apply(
      ConfigurationOverride.all { $0 == "THERMOCLINE_SERVER_TOKEN" ? Self.secret : nil })
    #expect(configuration.server.token == AccessToken(Self.secret))
    // A message about it names the variable, not what is in it.
    let error = #expect(throws: YAMLFileError.self) {
      try configuration.apply(
        ConfigurationOverride.all { $0 == "THERMOCLINE_SERVER_TOKEN" ? "hunter2" : nil })
    }
    #expect(error?.description.contains("hunter2") == false)
  }
}
