#!/bin/sh
# Holds the allocations an event to their thresholds; `make bench-counts` calls it. Counts repeat where times do not.
#
#     Benchmarks/counts.sh [EVENTS]        (300,000 without; the broker keeps 5 MiB a partition)
#
# Needs python3 with numpy and a C compiler.
set -eu
cd "$(dirname "$0")/.."
events=${1:-300000}
work=.build/bench
mkdir -p "$work"
data=$work/events-$events.ndjson

swift build -c release --product thermocline
cc -O2 -fPIC -shared -o "$work/count.so" Benchmarks/allocations/count_allocations.c
Benchmarks/allocations/test.sh
[ -f "$data" ] || { Benchmarks/generate.py "$events" "$data.part" && mv "$data.part" "$data"; }

formats="segment cloudevents"
for format in $formats; do
  file=$work/$format-$events.ndjson
  [ -f "$file" ] || { Benchmarks/generate_formats.py "$format" "$events" "$file.part" && mv "$file.part" "$file"; }
done

counted() { LD_PRELOAD=$work/count.so .build/release/thermocline bench "$@" --json; }
{
  counted decode --format thermocline --input "$data"
  for format in $formats; do counted decode --format "$format" --input "$work/$format-$events.ndjson"; done
  counted windows --input "$data" --threads inline
  counted windows --input "$data" --threads pipeline
  counted pipeline --input "$data" --partitions 32 --rounds 1
} | python3 Benchmarks/thresholds.py
