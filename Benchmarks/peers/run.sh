#!/bin/sh
# Runs the peers beside ours, in turn; `make bench-peers` calls it. Needs Java 17, python3 with numpy and pip, a C++
# compiler, libsimdjson-dev, and 400 MB for Flink, which is fetched once.
#
#     Benchmarks/peers/run.sh [EVENTS]        (5,000,000 without)
set -eu
cd "$(dirname "$0")/../.."
events=${1:-5000000}
rounds=${ROUNDS:-3}
work=.build/bench
flink=$work/flink-2.3.0
results=Benchmarks/results/$(date -u +%Y-%m-%d-%H%M)-peers
data=$work/events-$events.ndjson
mkdir -p "$work" "$results"

swift build -c release --product thermocline
c++ -std=c++17 -O3 -march=native -o "$work/floor" Benchmarks/peers/floor.cpp -lsimdjson
[ -f "$data" ] || { Benchmarks/generate.py "$events" "$data.part" && mv "$data.part" "$data"; }
if [ ! -d "$flink" ]; then
  python3 -m pip download --quiet --no-deps --dest "$work/download" apache-flink-libraries==2.3.0
  mkdir -p "$flink.part"
  (cd "$flink.part" && python3 -m zipfile -e ../download/apache_flink_libraries-2.3.0*.whl .)
  mv "$flink.part" "$flink"
fi
lib=$flink/pyflink/lib
mkdir -p "$work/classes"
javac -nowarn -cp "$lib/*" -d "$work/classes" Benchmarks/peers/SlidingUsage.java

# Flink's start-up: the same job over the first thousand events.
small=$work/events-1000.ndjson
head -1000 "$data" > "$small"
java="java -XX:+UseParallelGC -Xms4g -Xmx4g -cp '$work/classes:$lib/*' SlidingUsage"
{
  echo "commit: $(git rev-parse HEAD)"
  echo "command: Benchmarks/peers/run.sh $events (ROUNDS=$rounds)"
  lscpu | grep -E '^(Architecture|CPU\(s\)|Model name|L[123])' || true
  echo "load: $(cat /proc/loadavg)"
  java -version 2>&1 | head -1
} > "$results/machine.txt"
python3 Benchmarks/compare.py --rounds "$rounds" --out "$results/peers.json" \
  "inline=.build/release/thermocline bench windows --input $data --threads inline --json" \
  "pipeline=.build/release/thermocline bench windows --input $data --json" \
  "floor=$work/floor $data" \
  "flink=$java $data" "flink-startup=$java $small" | tee "$results/summary.txt"
