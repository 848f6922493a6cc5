#!/bin/sh
# Shows that the counter counts: a program that allocates a known number of times says so, and agrees with it.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc -O2 -fPIC -shared -o "$work/count.so" count_allocations.c
cat > "$work/test.c" <<'C'
#include <stdio.h>
#include <stdlib.h>
extern unsigned long thermocline_allocations(void);
extern void thermocline_allocations_watch(void);
static void *volatile kept[3000];
int main(void) {
  unsigned long before = thermocline_allocations();
  for (int i = 0; i < 1000; i++) kept[i] = malloc(16 + i);
  for (int i = 0; i < 1000; i++) kept[1000 + i] = calloc(2, 16);
  for (int i = 0; i < 1000; i++) kept[i] = realloc(kept[i], 4096);
  for (int i = 0; i < 500; i++) kept[2000 + i] = aligned_alloc(64, 128);
  unsigned long counted = thermocline_allocations() - before;
  printf("3500 allocations made, %lu counted\n", counted);
  if (counted != 3500) return 1;
  thermocline_allocations_watch();
  before = thermocline_allocations();
  for (int i = 0; i < 1000; i++) kept[i] = malloc(16 + i);
  counted = thermocline_allocations() - before;
  printf("1000 allocations made on a watching thread, %lu counted\n", counted);
  return counted == 0 ? 0 : 1;
}
C
cc -O0 -o "$work/test" "$work/test.c" "$work/count.so"
LD_PRELOAD="$work/count.so" "$work/test"
