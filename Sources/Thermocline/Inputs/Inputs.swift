package import ThermoclineCore
package import ThermoclineHealth

/// Files a person names on the command line or in the configuration.
package enum Inputs {
  /// A policy file, or the built-in policy for nil.
  package static func policy(_ path: String?) throws(JobFailure) -> Policy {
    guard let path else { return Policy.standard }
    return try PolicyFile.load(path).policy
  }

  /// A job's configuration file, or the defaults for nil.
  package static func configuration(_ path: String?) throws(JobFailure) -> JobConfiguration {
    guard let path else { return JobConfiguration() }
    let text = String(decoding: try bytes(path, status: .configuration), as: UTF8.self)
    do throws(YAMLFileError) { return try JobConfigurationFile.read(text, file: path) } catch {
      throw JobFailure(.configuration, "\(error)")
    }
  }

  /// A notifier's configuration file.
  package static func notifyConfiguration(
    _ path: String
  ) throws(JobFailure) -> NotifyConfiguration {
    let text = String(decoding: try bytes(path, status: .configuration), as: UTF8.self)
    do throws(YAMLFileError) { return try NotifyConfigurationFile.read(text, file: path) } catch {
      throw JobFailure(.configuration, "\(error)")
    }
  }

  /// A profiles table; none for nil.
  package static func profiles(_ path: String?) throws(JobFailure) -> [String: AccountProfile] {
    guard let path else { return [:] }
    let bytes = try bytes(path, status: .noInput)
    do throws(ProfileTableError) { return try ProfileTable(bytes, file: path).profiles } catch {
      throw JobFailure(.badData, "\(error)")
    }
  }

  /// A whole file of at most 1 GiB.
  package static func bytes(_ path: String, status: ExitStatus) throws(JobFailure) -> [UInt8] {
    do throws(FileReadError) { return try readFile(path) } catch {
      throw JobFailure(status, "\(path): \(error.reason); check the path")
    }
  }
}
