/// Why a table of profiles cannot be used.
package struct ProfileTableError: Error, Equatable, CustomStringConvertible {
  /// Name of the file as the user gave it.
  package var file: String
  /// From 1; 0 = the file as a whole.
  package var line: Int
  /// Name of the column, or its number where it has no name; empty = the whole line.
  package var column: String
  /// What is wrong.
  package var problem: String
  /// What to do about it.
  package var remedy: String

  /// For example `profiles.csv, line 3, column revenue: "12x" is not a number; write …`.
  package var description: String {
    var place = file
    if line > 0 { place += ", line \(line)" }
    if !column.isEmpty { place += ", column \(column)" }
    return "\(place): \(problem); \(remedy)"
  }
}
