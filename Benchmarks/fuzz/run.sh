#!/bin/sh
# Fuzzes every implementation that decodes input, with libFuzzer and the address sanitizer: FUZZ_SECONDS each (default
# 60), or FUZZ_CPU_MINUTES of its process's own processor time each. FUZZ_TARGETS names some of them. Corpora, logs and
# findings stay in FUZZ_FOLDER (default .build/fuzz), a line for each run in its summary.txt. FUZZ_BUILD=no takes the
# program that is there. Ends with 1 when a target found something.
set -eu
cd "$(dirname "$0")/../.."

folder=${FUZZ_FOLDER:-.build/fuzz}
targets=${FUZZ_TARGETS:-native fields rows headers gzip profiles days checkpoints marks}
minutes=${FUZZ_CPU_MINUTES:-}
if [ -n "$minutes" ]; then
  THERMOCLINE_FUZZ_CPU_SECONDS=$((minutes * 60))
  export THERMOCLINE_FUZZ_CPU_SECONDS
  limit=0
else
  limit=${FUZZ_SECONDS:-60}
fi
mkdir -p "$folder/modules" "$folder/findings"

# SwiftPM renames main, which libFuzzer has of its own: the sources are compiled here, module by module.
rules="-swift-version 6 -strict-memory-safety -enable-upcoming-feature ExistentialAny
  -enable-upcoming-feature MemberImportVisibility -enable-experimental-feature Lifetimes -package-name thermocline
  -parse-as-library -O -enforce-exclusivity=unchecked
  -sanitize=fuzzer,address -I Sources/CPlatform -module-cache-path $folder/cache -suppress-warnings"
numerics=.build/checkouts/swift-numerics/Sources
modules="-I $folder/modules -I Sources/CZlib -I Sources/CLZ4 -I $numerics/_NumericsShims/include"
# The word splitting of $rules and $modules is meant.
# shellcheck disable=SC2086
build() {
  # -enable-testing: the targets look at the exact readers, which are internal.
  for name in RealModule Core Windows Health Codec Engine Marks; do
    case $name in
      RealModule) module=RealModule sources=$numerics/RealModule ;;
      # Of the module that knows librdkafka, the part that reads text.
      Marks) module=ThermoclineMarks sources=Sources/ThermoclineKafka/Ports/CommitMark.swift ;;
      *) module=Thermocline$name sources=Sources/Thermocline$name ;;
    esac
    swiftc $rules $modules -enable-testing -emit-module -emit-module-path "$folder/modules/$module.swiftmodule" \
      -module-name "$module" -wmo -emit-object -o "$folder/$name.o" $(find "$sources" -name '*.swift')
  done
  swiftc $rules $modules -module-name Fuzz -wmo -o "$folder/fuzz" \
    Benchmarks/fuzz/*.swift "$folder"/*.o -lz -llz4 2>"$folder/link.log" ||
    { cat "$folder/link.log" >&2; exit 1; }
}
if [ "${FUZZ_BUILD:-yes}" = yes ]; then
  [ -d .build/checkouts/swift-numerics ] || swift package resolve
  rm -f "$folder"/*.o
  echo "fuzz: building into $folder" >&2
  build
fi

# Copies the seeds that a target can use; where the first byte says the format, each seed under each byte.
seed() {
  for file in Benchmarks/fuzz/seeds/*; do
    name=$(basename "$file")
    case $1:$name in
      native:*json | gzip:*) prefixes=- ;;
      fields:*json) prefixes="0 1 2 3 4 5" ;;
      rows:*.?sv) prefixes="0 1" ;;
      headers:binary* | profiles:profile*) prefixes=- ;;
      *) prefixes= ;;
    esac
    for prefix in $prefixes; do
      { [ "$prefix" = - ] || printf %s "$prefix"; cat "$file"; } >"$2/seed-$prefix-$name"
    done
  done
}

LSAN_OPTIONS=suppressions=Benchmarks/fuzz/leaks.suppressions:print_suppressions=0
export LSAN_OPTIONS
failed=0
for target in $targets; do
  corpus=$folder/corpus/$target
  mkdir -p "$corpus"
  seed "$target" "$corpus"
  log=$folder/$target.log
  # Swift's own handler of crashes hangs under libFuzzer.
  if SWIFT_BACKTRACE=enable=no THERMOCLINE_FUZZ_TARGET=$target THERMOCLINE_FUZZ_SEEDS=$corpus \
    "$folder/fuzz" "$corpus" \
    -dict=Benchmarks/fuzz/words.dict -max_total_time="$limit" -timeout=10 -rss_limit_mb=2048 \
    -max_len=4096 -print_final_stats=1 -artifact_prefix="$folder/findings/$target-" >"$log" 2>&1; then
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    used=$(sed -n 's/^fuzz: cpu_seconds \([0-9]*\).*/\1 CPU seconds/p' "$log")
    counters=$(sed -n 's/^INFO: Loaded .*(\([0-9]*\) inline 8-bit counters).*/\1/p' "$log" | tail -n 1)
    reached=$(sed -n 's/^#.* cov: \([0-9]*\) ft: \([0-9]*\) .*/\1 of '"$counters"' counters, \2 features/p' "$log" | tail -n 1)
    echo "fuzz: $target: $runs inputs in ${used:-$limit s}, $reached, nothing found" | tee -a "$folder/summary.txt"
  else
    echo "fuzz: $target: FAILED, see $log and $folder/findings" | tee -a "$folder/summary.txt" >&2
    tail -n 25 "$log" >&2
    failed=1
  fi
done
exit $failed
