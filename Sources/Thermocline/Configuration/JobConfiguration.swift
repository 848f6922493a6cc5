package import ThermoclineCore
package import ThermoclineServer

/// How a streaming job is set up, as its file says. `deploy/config/thermocline.yaml` shows every key.
package struct JobConfiguration: Sendable, Equatable {
  package struct Kafka: Sendable, Equatable {
    /// `host:port` of one or more brokers, separated by commas.
    package var brokers = "localhost:9092"
    package var group = "thermocline"
    /// A name that this process alone has in the group, and has again after a restart; nil = a new one each time.
    package var instance: String?
    /// For librdkafka, as they are; what the job itself decides is refused here.
    package var properties = KafkaProperties()
  }
  package struct Intake: Sendable, Equatable {
    /// 0s (every event counts) …30d.
    package var deduplicate = TimeSpan.zero
    /// Ids remembered in one partition, 1000…100,000,000.
    package var deduplicateIDsMax = Limits.deduplicateIDsDefault
    /// Users of one partition whose account is remembered, 0 (none) …100,000,000.
    package var usersMax = Limits.usersDefault
    /// 0s (an event without an account is refused at once) …1d.
    package var holdUnresolved = TimeSpan.zero
  }
  package struct Profiles: Sendable, Equatable {
    /// A path; nil = none.
    package var file: String?
    /// A compacted topic; nil = none.
    package var topic: String?
  }
  package struct Output: Sendable, Equatable {
    package var scores = "health-scores"
    package var changes = "health-score-changes"
    package var alerts = "health-alerts"
    package var rollups = "health-rollups"
    package var deadLetters = "health-dead-letters"
    /// Written only where the policy asks for usage.
    package var usage = "health-usage"
    package var encoding = ValueEncoding.json
  }
  package struct Time: Sendable, Equatable {
    /// 0s…7d.
    package var outOfOrderness = TimeSpan.minutes(1)
    /// 0s…30d.
    package var allowedLateness = TimeSpan.hours(1)
    /// 0s…7d.
    package var futureTolerance = TimeSpan.hours(1)
    /// 0s (never) …1d.
    package var idleAfter = TimeSpan.minutes(1)
    /// 1d…3650d.
    package var forgetAfter = TimeSpan.days(400)
  }
  package struct Processing: Sendable, Equatable {
    /// 0 (one for each core but one) …64.
    package var shards = 0
    package var guarantee = DeliveryGuarantee.exactlyOnce
    /// 10ms…60s.
    package var commitInterval = TimeSpan(milliseconds: 100)
    /// Accounts of one partition, 1…100,000,000.
    package var accountsMax = 1_000_000
    /// Bytes of one partition's windows and names, 1,048,576…1,099,511,627,776.
    package var bytesMax = 4_294_967_296
    /// Points, 0…100.
    package var publishMinChange = 0.5
  }

  package struct Checkpoints: Sendable, Equatable {
    /// A compacted topic; nil = none are made.
    package var topic: String?
    /// 10s…1d.
    package var interval = TimeSpan.minutes(5)
    /// A path of a folder whose parent is there; nil = nothing is kept on this machine.
    package var cache: String?
  }

  package struct Server: Sendable, Equatable {
    /// nil = nothing is served.
    package var listen: ListenAddress? = ListenAddress(host: "127.0.0.1", port: 9_600)
    /// nil = none; then only this machine may ask.
    package var token: AccessToken?
    /// A path whose first line is the token; nil = none.
    package var tokenFile: String?
    /// PEM files, both or neither; nil = without TLS.
    package var certificateFile: ConfiguredFile?
    package var keyFile: ConfiguredFile?

    package init() {}
  }

  package var kafka = Kafka()
  package var inputTopics = ["product-events"]
  /// In which form events come in.
  package var input = InputSettings()
  /// What happens to them before the windows.
  package var intake = Intake()
  package var output = Output()
  /// A path; nil = the built-in policy.
  package var policy: String?
  /// How often the policy's files are looked at: 0s (on SIGHUP only) …1d.
  package var policyPoll = TimeSpan.seconds(10)
  package var profiles = Profiles()
  /// A compacted topic; nil = none.
  package var overridesTopic: String?
  /// A compacted topic of what people say of alerts; nil = none.
  package var controlsTopic: String?
  /// The topic in which instances tell each other of days; nil = there is one instance.
  package var segmentsTopic: String?
  package var time = Time()
  package var processing = Processing()
  package var checkpoints = Checkpoints()
  package var server = Server()
  package var logLevel = LogLevel.info
  package var logFormat = LogFormat.text

  package enum LogLevel: String, Sendable, CaseIterable { case debug, info, warning, error }
  package enum LogFormat: String, Sendable, CaseIterable { case text, json }

  /// The compiled defaults.
  package init() {}
}
