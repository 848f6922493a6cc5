#!/bin/sh
# Runs our benchmarks and the simdjson floor side by side; `make bench` calls it.
#
#     Benchmarks/run.sh [EVENTS]        (5,000,000 without)
#
# Writes Benchmarks/results/<date>-<time>/: machine.txt, one .json for each benchmark, summary.txt. The data and the built
# floor stay in .build/bench for the next run. Needs python3 with numpy, a C and C++ compiler, libsimdjson-dev.
set -eu
cd "$(dirname "$0")/.."
events=${1:-5000000}
rounds=${ROUNDS:-5}
work=.build/bench
results=Benchmarks/results/$(date -u +%Y-%m-%d-%H%M)
mkdir -p "$work" "$results"
data=$work/events-$events.ndjson

[ -f /usr/include/simdjson.h ] || { echo "the floor needs simdjson: apt-get install libsimdjson-dev" >&2; exit 1; }
swift build -c release --product thermocline
thermocline=.build/release/thermocline
c++ -std=c++17 -O3 -march=native -o "$work/floor" Benchmarks/peers/floor.cpp -lsimdjson
cc -O2 -fPIC -shared -o "$work/count.so" Benchmarks/allocations/count_allocations.c
Benchmarks/allocations/test.sh
[ -f "$data" ] || { Benchmarks/generate.py "$events" "$data.part" && mv "$data.part" "$data"; }

{
  echo "commit: $(git rev-parse HEAD)$(git diff --quiet || echo ' with changes')"
  echo "command: Benchmarks/run.sh $events (ROUNDS=$rounds)"
  lscpu | grep -E '^(Architecture|CPU\(s\)|Model name|L[123])' || true
  echo "load: $(cat /proc/loadavg)"
  swift --version 2>/dev/null | head -1
} > "$results/machine.txt"

# The ratio: engine, floor, engine, floor … in turn, processor time of whole processes.
python3 Benchmarks/compare.py --rounds "$rounds" --out "$results/windows-and-floor.json" \
  "floor=$work/floor $data" \
  "inline=$thermocline bench windows --input $data --threads inline --json" \
  "pipeline=$thermocline bench windows --input $data --threads pipeline --json" \
  "decode=$thermocline bench decode --input $data --json" | tee "$results/summary.txt"

bench() { name=$1; shift; "$@" | tee "$results/$name.json"; }
bench sweep "$thermocline" bench windows --sweep --input "$data" --json
LD_PRELOAD=$work/count.so bench allocations "$thermocline" bench windows --input "$data" --json
bench rings "$thermocline" bench rings --json
LD_PRELOAD=$work/count.so bench scores "$thermocline" bench scores --json
bench policy "$thermocline" bench policy --input "$data" --json
bench memory "$thermocline" bench memory --accounts 20000 --json
bench recovery "$thermocline" bench recovery --accounts 100000 --weeks 1 --load-seconds 30 --folder "$work/recovery" --json
head -500000 "$data" > "$work/log.ndjson"
bench pipeline "$thermocline" bench pipeline --input "$work/log.ndjson" --partitions 32 --rounds 9 --json
bench latency "$thermocline" bench latency --rate 10000,100000 --half --seconds 10 --json
echo "written to $results"
