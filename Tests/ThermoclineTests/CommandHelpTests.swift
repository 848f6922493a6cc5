import Foundation
import Testing
import ThermoclineTestKit

/// What every command says of itself: in its help, in completions and in the manual.
@Suite(
  .timeLimit(.minutes(5)),
  .enabled(if: Executable.path != nil, "the executable is not built: skipped"))
struct CommandHelpTests {
  /// What ArgumentParser tells other programs of a command.
  private struct Command: Decodable {
    var commandName: String
    var abstract: String?
    var discussion: String?
    var subcommands: [Command]?

    /// The words of all commands below, this one's before them.
    func paths(_ before: [String]) -> [(words: [String], command: Command)] {
      [(before, self)]
        + (subcommands ?? []).filter { $0.commandName != "help" }
        .flatMap { $0.paths(before + [$0.commandName]) }
    }
  }

  private struct Tool: Decodable { var command: Command }

  private func commands() throws -> [(words: [String], command: Command)] {
    let said = try Executable.run(["--experimental-dump-help"]).standardOutput
    return try JSONDecoder().decode(Tool.self, from: Data(said.utf8)).command.paths([])
  }

  /// Lines of a discussion that call a command as `words` do, or one below it.
  private func examples(_ discussion: String, of words: [String]) -> [Substring] {
    let call = (["thermocline"] + words).joined(separator: " ")
    var isExample = false
    return discussion.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      if line.hasPrefix("Example: ") || line.hasPrefix("Examples: ") { isExample = true }
      if line.isEmpty { isExample = false }
      return isExample && line.contains(call)
    }
  }

  @Test func everyCommandHasAnExample() throws {
    let commands = try commands()
    #expect(commands.count > 40)
    for (words, command) in commands {
      #expect(command.abstract?.isEmpty == false, "\(words)")
      #expect(!examples(command.discussion ?? "", of: words).isEmpty, "\(words)")
    }
  }

  @Test func theFlagsOfTheExamplesExist() throws {
    for (words, command) in try commands() {
      for line in examples(command.discussion ?? "", of: words) {
        let call = try #require(line.firstRange(of: "thermocline "))
        let parts = line[call.upperBound...].split(separator: " ").map(String.init)
        let flags = parts.filter { $0.hasPrefix("--") }.map { $0.prefix { $0 != "=" } }
        guard !flags.isEmpty else { continue }
        let below = parts.prefix { !$0.hasPrefix("-") }.prefix {
          $0.wholeMatch(of: /[a-z][a-z-]*/) != nil
        }
        let help = try Executable.run(below + ["--help"])
        #expect(help.status == 0, "\(line)")
        for flag in flags {
          #expect(help.standardOutput.contains(flag), "\(flag) of: \(line)")
        }
      }
    }
  }

  @Test func helpIsForStandardOutput() throws {
    let help = try Executable.run(["dead-letters", "redrive", "--help"])
    #expect(help.status == 0 && help.standardError.isEmpty)
    #expect(help.standardOutput.contains("thermocline dead-letters redrive"))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionsAreMade(shell: String) throws {
    let script = try Executable.run(["--generate-completion-script", shell])
    #expect(script.status == 0)
    for (words, _) in try commands() {
      for word in words { #expect(script.standardOutput.contains(word), "\(word)") }
    }
  }

  @Test(.enabled(if: Executable.find("bash") != nil, "bash is not installed: skipped"))
  func bashCompletesSubcommands() throws {
    let script = try Executable.run(["--generate-completion-script", "bash"]).standardOutput
    let folder = try TemporaryFolder()
    let path = try folder.file("completion", Array(script.utf8))
    // As bash calls it for `thermocline dead-letters re<Tab>`.
    let asking = """
      source '\(path)'
      COMP_WORDS=(thermocline dead-letters re); COMP_CWORD=2
      COMP_LINE='thermocline dead-letters re'; COMP_POINT=${#COMP_LINE}
      $(complete -p thermocline | sed 's/.*-F \\([^ ]*\\).*/\\1/') thermocline re dead-letters
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let bash = try #require(Executable.find("bash"))
    let ended = try Executable.Started(bash, ["-c", asking], nil, [:]).wait()
    #expect(ended.standardOutput == "redrive\n", "\(ended.standardError)")
  }
}
