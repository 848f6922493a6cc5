import ArgumentParser

@main struct ThermoclineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "thermocline")
}
