/// Where the fields of an event stand in messages of any shape: a JSON pointer (RFC 6901) for each
/// field, in the format `csv` a column's name.
///
/// Formats that know their own fields look at these places first.
package struct FieldMapping: Sendable, Equatable {
  package var sources: [EventField: String]

  package init(_ sources: [EventField: String] = [:]) { self.sources = sources }

  /// What is wrong with the mapping for a format, for a person, and the field it is wrong for; nil
  /// when nothing is.
  package func finding(
    for format: InputFormat, accountGroupType: String = "company"
  ) -> (field: EventField?, text: String)? {
    switch format {
    case .thermocline, .snowplow:
      return sources.isEmpty ? nil : (nil, "the format \(format.rawValue) takes no mapping")
    case .auto where !sources.isEmpty:
      return (nil, "a mapping needs a format; say mapped, or the format whose fields it changes")
    case .csv, .auto: return nil
    default: break
    }
    if format == .mapped {
      for field in [EventField.type, .time] where sources[field] == nil {
        return (field, "the format mapped needs a JSON pointer for \(field.rawValue)")
      }
      if sources[.account] == nil && sources[.user] == nil {
        return (.account, "the format mapped needs a JSON pointer for account or user")
      }
    }
    var tree = FieldTreeBuilder()
    for field in EventField.allCases {
      guard let source = sources[field] else { continue }
      guard let pointer = JSONPointer(source), !pointer.keys.isEmpty else {
        return (field, "\"\(source)\" is no JSON pointer; write /key or /key/key (RFC 6901)")
      }
      guard pointer.keys.count <= JSONPointer.keysMax, tree.slot(pointer.keys) != nil else {
        return (
          field, "\"\(source)\" is too deep, too long or not to be told from another pointer"
        )
      }
    }
    var draft = PlanDraft(mapping: self)
    _ = draft.add(format, accountGroupType)
    if draft.fits { return nil }
    return (nil, "the pointers have too many keys for one mapping; name fewer or shorter ones")
  }
}
