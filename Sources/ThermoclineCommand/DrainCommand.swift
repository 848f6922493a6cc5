import ArgumentParser
import Thermocline

struct DrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drain",
    abstract: "Ends a running job before an upgrade, with a last checkpoint of each partition.",
    discussion: """
      The job reads nothing more, commits what it has, keeps a checkpoint of each partition, gives its partitions back \
      and exits 0: the next start has nothing to read again. Without checkpoints.topic it only ends, as by SIGTERM. Says how \
      far that is, and may be given again. What starts the job must not start it again at once.

      Example: thermocline drain --address 127.0.0.1:9600

      Exit status: 0 the job has ended; 64 wrong command line, or a token is asked for; 69 nothing answers there.
      """)

  @OptionGroup var job: JobAddressOptions

  func run() throws {
    try Command.run {
      let source = try job.read().source
      var shown = try source.drain()
      print(shown, terminator: "")
      // Its server closes with it.
      while let text = try? source.drain() {
        if text != shown { print(text, terminator: "") }
        shown = text
        pauseBriefly(milliseconds: 200)
      }
      print("the job has ended")
    }
  }
}
