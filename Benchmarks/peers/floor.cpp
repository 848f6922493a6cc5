// The floor under every JSON decoder: the file in memory, five fields of each line read by simdjson's On-Demand
// parser (Keiser, Lemire 2023, doi 10.1002/spe.3313), and just enough done with them that none can be skipped.
//
//     floor FILE
//
// Prints one line of JSON: lines, the sum of `count` for each type, the newest time, a checksum of the names.
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <string_view>

namespace {

struct Totals {
  uint64_t lines = 0;
  std::array<uint64_t, 256> countByInitial{};  // the four types differ in their first letter
  int64_t newest = 0;
  uint64_t names = 0;
};

Totals read(const simdjson::padded_string &text) {
  constexpr size_t batchBytes = 1 << 20;
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document_stream lines = parser.iterate_many(text, batchBytes);
  Totals totals;
  for (auto line : lines) {
    const std::string_view type = line["type"].get_string();
    const std::string_view account = line["account"].get_string();
    const std::string_view user = line["user"].get_string();
    const int64_t time = line["ts"].get_int64();
    const int64_t count = line["count"].get_int64();
    totals.countByInitial[static_cast<unsigned char>(type.front())] += static_cast<uint64_t>(count);
    totals.names += static_cast<unsigned char>(account.back()) + static_cast<unsigned char>(user.back());
    totals.newest = std::max(totals.newest, time);
    totals.lines += 1;
  }
  return totals;
}

}  // namespace

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: floor FILE\n");
    return 64;
  }
  try {
    const Totals totals = read(simdjson::padded_string::load(argv[1]));
    std::printf("{\"lines\":%" PRIu64 ",\"login\":%" PRIu64 ",\"feature_click\":%" PRIu64 ",\"bot_call\":%" PRIu64
                ",\"session\":%" PRIu64 ",\"newest\":%" PRId64 ",\"names\":%" PRIu64 "}\n",
                totals.lines, totals.countByInitial['l'], totals.countByInitial['f'], totals.countByInitial['b'],
                totals.countByInitial['s'], totals.newest, totals.names);
  } catch (const simdjson::simdjson_error &error) {
    std::fprintf(stderr, "floor: %s: %s\n", argv[1], error.what());
    return 65;
  }
}
