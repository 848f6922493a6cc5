// What the processor and the C library offer and Swift cannot name.
#pragma once
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

/// Asks the processor to have the memory at an address at hand soon: one instruction.
static inline void thermocline_prefetch(const void *address) { __builtin_prefetch(address); }

/// Blocks from this size on come from the system and go back to it when they are freed; glibc only.
static inline void thermocline_return_blocks_from(int bytes) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, bytes);
#else
  (void)bytes;
#endif
}
