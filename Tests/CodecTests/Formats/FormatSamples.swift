@testable import ThermoclineCodec

/// One-object messages of every format.
enum FormatSamples {
  static let all: [(InputFormat, String)] = [
    (
      .segment,
      #"{"type":"track","event":"Report Exported","userId":"u-1","anonymousId":"a-1","context":{"groupId":"acme","ip":"1.2.3.4"},"properties":{"value":12.5,"plan":"pro","tags":["a","b",{"c":null}]},"messageId":"m-1","timestamp":"2026-01-01T00:00:00.123Z","sentAt":"2026-01-01T00:00:01Z"}"#
    ),
    (
      .segment,
      #"{"type":"group","userId":"u-1","groupId":"acme","traits":{"name":"Acme \u00e9 \"x\""},"originalTimestamp":"2026-01-01T01:00:00+01:00","messageId":"m-2"}"#
    ),
    (
      .segment,
      #"{"type":"alias","previousId":"anon","userId":"u-1","timestamp":"2026-01-01T00:00:00Z","messageId":"m"}"#
    ),
    (
      .segment,
      #"{ "type" : "page", "name" : "Home", "anonymousId": 17, "properties": {"feature":true, "revenue": -1e2},"sentAt": 1767225600.5 }"#
    ),
    (
      .cloudevents,
      #"{"specversion":"1.0","type":"com.example.login","source":"/apps/web","subject":"acme","id":"A-1","time":"2026-01-01T00:00:00Z","datacontenttype":"application/json","data":{"user":"u-1","value":3,"feature":"sso","deep":[[1,2],{"x":"y"}]}}"#
    ),
    (
      .posthog,
      #"{"event":"$pageview","distinct_id":"u-1","properties":{"$groups":{"company":"acme","project":"p"},"$lib":"web","value":2},"timestamp":"2026-01-01T00:00:00.123456+00:00","uuid":"018a"}"#
    ),
    (
      .posthog,
      #"{"uuid":"018a","event":"$groupidentify","properties":{"distinct_id":"u-1","$time":1767225600.123,"$group_type":"company","$group_key":"acme","$group_set":{"name":"Acmé"}},"offset":12}"#
    ),
    (
      .posthog,
      #"{"uuid":"018a","event":"click","properties":"{\"$group_0\":\"acme\",\"value\":\"x\",\"t\":\"\\u00e9\\n\"}","timestamp":"2026-01-01 00:00:00.123456","team_id":2,"distinct_id":"u-1","person_id":"p"}"#
    ),
    (
      .amplitude,
      #"{"event_type":"export","user_id":"u-1","device_id":"d","groups":{"company":"acme"},"time":1767225600123,"insert_id":"i-1","event_properties":{"feature":"csv"},"revenue":9.99}"#
    ),
    (
      .amplitude,
      #"{"event_type":"$identify","user_id":"u-1","groups":{"company":["acme","b"]},"event_time":"2026-01-01 00:00:00.123000","$insert_id":"i-1"}"#
    ),
    (
      .mapped,
      #"{"id":"248","type":"PushEvent","actor":{"id":91,"login":"dave"},"repo":{"id":2,"name":"dave/bot"},"payload":{"size":1,"commits":[{"sha":"a9","author":{"email":"","name":"d\\\u0041"},"distinct":true}]},"public":true,"created_at":"2015-01-01T00:00:00Z"}"#
    ),
  ]
}
