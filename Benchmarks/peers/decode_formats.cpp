// The floor under the decoders of Segment calls and structured CloudEvents: the file in memory, each line a document of
// simdjson's On-Demand parser (as a message of a topic would be), the fields that an event needs read by name in the
// order they stand in, and just enough done with them that none can be skipped. Times stay text.
//
//     decode_formats segment|cloudevents FILE
//
// Prints one line of JSON: events, the sum of the values, a checksum of the texts.
#include <simdjson.h>

#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace {

using simdjson::ondemand::document;
using simdjson::ondemand::object;

struct Totals {
  uint64_t events = 0;
  int64_t value = 0;
  uint64_t texts = 0;

  void note(std::string_view text) { texts += text.size() + static_cast<unsigned char>(text.back()); }
};

void readSegment(document &line, Totals &totals) {
  totals.note(line["type"].get_string());
  totals.note(line["messageId"].get_string());
  totals.note(line["userId"].get_string());
  totals.note(line["event"].get_string());
  totals.note(line["timestamp"].get_string());
  object context = line["context"].get_object();
  totals.note(context["groupId"].get_string());
  object properties = line["properties"].get_object();
  totals.note(properties["feature"].get_string());
  totals.value += properties["value"].get_int64();
}

void readCloudEvent(document &line, Totals &totals) {
  totals.note(line["specversion"].get_string());
  totals.note(line["id"].get_string());
  totals.note(line["source"].get_string());
  totals.note(line["type"].get_string());
  totals.note(line["subject"].get_string());
  totals.note(line["time"].get_string());
  object data = line["data"].get_object();
  totals.note(data["user"].get_string());
  totals.note(data["feature"].get_string());
  totals.value += data["value"].get_int64();
}

template <typename Read>
Totals read(const simdjson::padded_string &text, Read readLine) {
  simdjson::ondemand::parser parser;
  Totals totals;
  const char *at = text.data();
  const char *const end = at + text.size();
  while (at < end) {
    const void *found = std::memchr(at, '\n', static_cast<size_t>(end - at));
    const char *const lineEnd = found == nullptr ? end : static_cast<const char *>(found);
    const auto length = static_cast<size_t>(lineEnd - at);
    const auto readable = static_cast<size_t>(end - at) + simdjson::SIMDJSON_PADDING;
    document line = parser.iterate(simdjson::padded_string_view(at, length, readable));
    readLine(line, totals);
    totals.events += 1;
    at = lineEnd + 1;
  }
  return totals;
}

}  // namespace

int main(int argc, char **argv) {
  const std::string_view format = argc == 3 ? argv[1] : "";
  if (format != "segment" && format != "cloudevents") {
    std::fprintf(stderr, "usage: decode_formats segment|cloudevents FILE\n");
    return 64;
  }
  try {
    const simdjson::padded_string text = simdjson::padded_string::load(argv[2]);
    const Totals totals = format == "segment" ? read(text, readSegment) : read(text, readCloudEvent);
    std::printf("{\"events\":%" PRIu64 ",\"valueSum\":%" PRId64 ",\"texts\":%" PRIu64 "}\n", totals.events, totals.value,
                totals.texts);
  } catch (const simdjson::simdjson_error &error) {
    std::fprintf(stderr, "decode_formats: %s: %s\n", argv[2], error.what());
    return 65;
  }
}
