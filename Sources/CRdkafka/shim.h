// What Swift cannot import from librdkafka (variadics, macros) gets an inline twin here.
#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdbool.h>
#include <string.h>

/// `rd_kafka_producev` for one record whose key, value and headers librdkafka copies or takes over.
/// `key` and `value` may be NULL (no key, tombstone); a timestamp of 0 means now. On success `headers`
/// belongs to librdkafka, otherwise still to the caller.
static inline rd_kafka_resp_err_t thermocline_rd_kafka_produce(
    rd_kafka_t *client, rd_kafka_topic_t *topic, int32_t partition, const void *key, size_t key_length,
    const void *value, size_t value_length, int64_t timestamp, rd_kafka_headers_t *headers) {
  if (headers) {
    return rd_kafka_producev(
        client, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key, key_length),
        RD_KAFKA_V_VALUE((void *)value, value_length), RD_KAFKA_V_TIMESTAMP(timestamp),
        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
  }
  return rd_kafka_producev(
      client, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition),
      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key, key_length),
      RD_KAFKA_V_VALUE((void *)value, value_length), RD_KAFKA_V_TIMESTAMP(timestamp), RD_KAFKA_V_END);
}

/// A copy that librdkafka frees: the text committed beside an offset.
static inline char *thermocline_copy_text(const char *text) { return strdup(text); }

static inline bool thermocline_is_same_text(const char *one, const char *other) { return strcmp(one, other) == 0; }
