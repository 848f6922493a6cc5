#!/bin/sh
# Fuzzes every decoder with libFuzzer for FUZZ_SECONDS each (default 60): address sanitizer, and the fast way
# against the exact one. FUZZ_TARGETS names some of them. Corpora and findings stay in FUZZ_FOLDER
# (default .build/fuzz). Ends with 1 when a target found something.
set -eu
cd "$(dirname "$0")/../.."

seconds=${FUZZ_SECONDS:-60}
folder=${FUZZ_FOLDER:-.build/fuzz}
targets=${FUZZ_TARGETS:-thermocline segment cloudevents posthog amplitude snowplow mapped csv auto binary gzip}
mkdir -p "$folder/modules"

# SwiftPM renames main, which libFuzzer has of its own: the sources are compiled here, module by module.
rules="-swift-version 6 -strict-memory-safety -enable-upcoming-feature ExistentialAny
  -enable-upcoming-feature MemberImportVisibility -package-name thermocline -parse-as-library -O
  -sanitize=fuzzer,address -I Sources/CPlatform -module-cache-path $folder/cache -suppress-warnings"
# The word splitting of $rules is meant.
# shellcheck disable=SC2086
build() {
  # -enable-testing: the target looks at the exact reader, which is internal.
  swiftc $rules -enable-testing -emit-module -emit-module-path "$folder/modules/ThermoclineCore.swiftmodule" \
    -module-name ThermoclineCore -wmo -emit-object -o "$folder/core.o" \
    $(find Sources/ThermoclineCore -name '*.swift')
  swiftc $rules -enable-testing -emit-module -emit-module-path "$folder/modules/ThermoclineCodec.swiftmodule" \
    -module-name ThermoclineCodec -wmo -emit-object -o "$folder/codec.o" \
    -I "$folder/modules" -I Sources/CZlib $(find Sources/ThermoclineCodec -name '*.swift')
  swiftc $rules -module-name Fuzz -wmo -I "$folder/modules" -I Sources/CZlib -o "$folder/fuzz" \
    Benchmarks/fuzz/Fuzz.swift "$folder/core.o" "$folder/codec.o" -lz 2>"$folder/link.log" ||
    { cat "$folder/link.log" >&2; exit 1; }
}
echo "fuzz: building into $folder" >&2
build

failed=0
for target in $targets; do
  corpus=$folder/corpus/$target
  mkdir -p "$corpus" "$folder/findings"
  cp Benchmarks/fuzz/seeds/* "$corpus"
  log=$folder/$target.log
  # Swift's own handler of crashes hangs under libFuzzer.
  if SWIFT_BACKTRACE=enable=no THERMOCLINE_FUZZ_TARGET=$target "$folder/fuzz" "$corpus" \
    -dict=Benchmarks/fuzz/words.dict -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -max_len=4096 -print_final_stats=1 -artifact_prefix="$folder/findings/$target-" >"$log" 2>&1; then
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    echo "fuzz: $target: $runs inputs in $seconds s, nothing found"
  else
    echo "fuzz: $target: FAILED, see $log and $folder/findings" >&2
    tail -n 25 "$log" >&2
    failed=1
  fi
done
exit $failed
