internal import CRdkafka

/// Makes topics and asks for their settings. Blocks; for one thread.
///
/// SAFETY: every object that is made here is destroyed before the function that made it returns, after the client was done
/// with it; the client's handle outlives them.
package struct KafkaAdmin {
  private let client: KafkaHandle
  private let timeoutMilliseconds: Int32

  /// Connects in the background. `timeoutMilliseconds`: of each question.
  package init(_ settings: KafkaSettings, timeoutMilliseconds: Int32 = 15_000) throws(KafkaError) {
    client = try KafkaHandle(.producer, settings)
    self.timeoutMilliseconds = timeoutMilliseconds
  }

  /// Makes topics, or asks whether they could be made. What became of each, nil = it was made; throws when there was no
  /// answer at all, also when the broker does not know how (an embedded one).
  package func create(
    _ topics: [KafkaTopicSpec], isTrial: Bool = false
  ) throws(KafkaError) -> [(name: String, error: KafkaError?)] {
    var natives: [OpaquePointer?] = unsafe []
    defer { for i in unsafe natives.indices { unsafe rd_kafka_NewTopic_destroy(natives[i]) } }
    for topic in topics {
      let (native, text) = unsafe String.errorText {
        unsafe rd_kafka_NewTopic_new(
          topic.name, Int32(topic.partitions), Int32(topic.replication), $0, $1)
      }
      guard unsafe native != nil else {
        throw KafkaError(.invalidArgument, "topic `\(topic.name)`: \(text)")
      }
      unsafe natives.append(native)
      for (name, value) in topic.settings.sorted(by: { $0.key < $1.key }) {
        unsafe rd_kafka_NewTopic_set_config(native, name, value)
      }
    }
    let options = unsafe try options(RD_KAFKA_ADMIN_OP_CREATETOPICS, isTrial: isTrial)
    defer { unsafe rd_kafka_AdminOptions_destroy(options) }
    return unsafe try ask("creation of topics") { queue in
      unsafe natives.withUnsafeMutableBufferPointer {
        unsafe rd_kafka_CreateTopics(client.pointer, $0.baseAddress, $0.count, options, queue)
      }
    } read: { event in
      guard let result = unsafe rd_kafka_event_CreateTopics_result(event) else { return nil }
      var count = 0
      let all = unsafe rd_kafka_CreateTopics_result_topics(result, &count)
      return (0..<count).map { index in
        let one = unsafe all?[index]
        let name = unsafe String(copying: rd_kafka_topic_result_name(one)) ?? ""
        let text = unsafe String(copying: rd_kafka_topic_result_error_string(one)) ?? ""
        var error = unsafe KafkaError(rd_kafka_topic_result_error(one), "topic `\(name)`")
        if !text.isEmpty { error?.message = "topic `\(name)`: \(text)" }
        return (name, error)
      }
    }
  }

  /// The settings of topics, by name; those the broker does not tell are missing. Throws when there was no answer at all.
  package func settings(of topics: [String]) throws(KafkaError) -> [String: [String: String]] {
    var natives: [OpaquePointer?] = unsafe topics.map {
      unsafe rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0)
    }
    defer {
      for i in unsafe natives.indices { unsafe rd_kafka_ConfigResource_destroy(natives[i]) }
    }
    let options = unsafe try options(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS)
    defer { unsafe rd_kafka_AdminOptions_destroy(options) }
    return unsafe try ask("settings of topics") { queue in
      unsafe natives.withUnsafeMutableBufferPointer {
        unsafe rd_kafka_DescribeConfigs(client.pointer, $0.baseAddress, $0.count, options, queue)
      }
    } read: { event in
      guard let result = unsafe rd_kafka_event_DescribeConfigs_result(event) else { return nil }
      var count = 0
      let all = unsafe rd_kafka_DescribeConfigs_result_resources(result, &count)
      var found: [String: [String: String]] = [:]
      for index in 0..<count {
        let one = unsafe all?[index]
        guard unsafe rd_kafka_ConfigResource_error(one) == RD_KAFKA_RESP_ERR_NO_ERROR else {
          continue
        }
        var entriesCount = 0
        let entries = unsafe rd_kafka_ConfigResource_configs(one, &entriesCount)
        var settings: [String: String] = [:]
        for entry in 0..<entriesCount {
          let name = unsafe String(copying: rd_kafka_ConfigEntry_name(entries?[entry])) ?? ""
          settings[name] = unsafe String(copying: rd_kafka_ConfigEntry_value(entries?[entry]))
        }
        unsafe found[String(copying: rd_kafka_ConfigResource_name(one)) ?? ""] = settings
      }
      return found
    }
  }

  private func options(
    _ operation: rd_kafka_admin_op_t, isTrial: Bool = false
  ) throws(KafkaError) -> OpaquePointer {
    guard let options = unsafe rd_kafka_AdminOptions_new(client.pointer, operation) else {
      throw KafkaError(.invalidArgument, "the client does not know this request")
    }
    var text = [CChar](repeating: 0, count: 256)
    unsafe rd_kafka_AdminOptions_set_request_timeout(
      options, timeoutMilliseconds, &text, text.count)
    if isTrial { unsafe rd_kafka_AdminOptions_set_validate_only(options, 1, &text, text.count) }
    return unsafe options
  }

  /// Asks and waits for the answer.
  private func ask<Answer>(
    _ context: String, _ send: (OpaquePointer) -> Void, read: (OpaquePointer) -> Answer?
  ) throws(KafkaError) -> Answer {
    guard let queue = unsafe rd_kafka_queue_new(client.pointer) else {
      throw KafkaError(.state, "\(context): no queue")
    }
    defer { unsafe rd_kafka_queue_destroy(queue) }
    unsafe send(queue)
    guard let event = unsafe rd_kafka_queue_poll(queue, timeoutMilliseconds + 5_000) else {
      throw KafkaError(.timedOut, "\(context): no answer from \(client.addresses)")
    }
    defer { unsafe rd_kafka_event_destroy(event) }
    let text = unsafe String(copying: rd_kafka_event_error_string(event)) ?? ""
    if var error = unsafe KafkaError(rd_kafka_event_error(event), context) {
      error.message = "\(context) at \(client.addresses): \(text)"
      throw error
    }
    guard let answer = unsafe read(event) else {
      throw KafkaError(.state, "\(context): another answer than asked for")
    }
    return answer
  }
}
