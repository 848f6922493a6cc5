package import ThermoclineCore
package import ThermoclineEngine
package import ThermoclineHealth
package import ThermoclineWindows

/// Makes the work of partitions: the same for a replay, a demo and the streaming job.
package struct HealthSetup: Sendable {
  package let model: HealthModel
  package let windows: WindowSettings
  package let intake: IntakeSettings

  package init(
    policy: Policy, profiles: ProfileBook, windows: WindowSettings,
    intake: IntakeSettings = IntakeSettings(), changeMin: Points = Points(0.5),
    forgetAfter: TimeSpan = .days(400), overrides: OverrideBook = OverrideBook(),
    controls: ControlBook = ControlBook(), exchange: SegmentExchange? = nil
  ) throws(JobFailure) {
    do throws(WindowPlanError) {
      model = try HealthModel(
        PolicyPlan(policy), profiles: profiles, changeMin: changeMin, forgetAfter: forgetAfter,
        overrides: overrides, controls: controls, exchange: exchange)
    } catch {
      throw JobFailure(.configuration, "policy \(policy.name): \(error); change its windows")
    }
    self.windows = windows
    self.intake = intake
  }

  /// The work of one partition.
  package func work(partition: Int) -> some PartitionWork {
    PartitionRunner(
      PartitionProcessor(
        partition: partition, store: WindowStore(plan: model.windows, settings: windows),
        observer: HealthObserver(model, partition: partition), intake: intake))
  }
}
