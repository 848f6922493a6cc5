/// What is sent in one request.
package struct Shipment: Sendable, Equatable {
  package enum Form: Sendable, Equatable {
    /// One change.
    case single
    /// Several for a sink that takes lists anyway.
    case batch
    /// Several put together because they are more than the rate lets through.
    case digest
    /// Alerts that stand, told again.
    case refresh
  }

  package var form: Form
  /// Not empty.
  package var changes: [AlertChange]

  /// A digest of one change is that change.
  package init(_ form: Form, _ changes: [AlertChange]) {
    self.form = form == .digest && changes.count == 1 ? .single : form
    self.changes = changes
  }

  /// A name that is the same for the same changes.
  package var id: String {
    changes.count == 1
      ? changes[0].id : WebhookSignature.digest(changes.map(\.id).joined(separator: "\n"))
  }

  /// Two of half the size, to find the change that a server refuses.
  var halves: [Shipment] {
    let middle = changes.count / 2
    return [Array(changes[..<middle]), Array(changes[middle...])].map {
      Shipment(form, $0)
    }
  }
}
