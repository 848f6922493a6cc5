// What the processor and the C library offer and Swift cannot name.
#pragma once
#include <stdint.h>
#include <stdlib.h>
#include "large_pages.h"
#ifdef __GLIBC__
#include <malloc.h>
#endif
#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

/// Asks the processor to have the memory at an address at hand soon: one instruction.
static inline void thermocline_prefetch(const void *_Nullable address) { __builtin_prefetch(address); }

/// Zeros that take no memory before they are touched, if they are many. Given back by `thermocline_free`. Ends the process where there
/// is no memory, as Swift's own allocation does.
static inline void *_Nonnull thermocline_zeros(size_t bytes) {
  void *block = calloc(1, bytes);
  if (!block) abort();
  return block;
}

static inline void thermocline_free(void *_Nonnull zeros) { free(zeros); }

/// Blocks from this size on come from the system and go back to it when they are freed; glibc only.
static inline void thermocline_return_blocks_from(int bytes) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, bytes);
#else
  (void)bytes;
#endif
}

/// Of sixteen bytes, those before the first that cannot stand in a plain JSON string of ASCII: `"`, `\\`, below 0x20 or
/// above 0x7F (as signed bytes, both of these are below 0x20); 16 without one. Swift's vectors have no such mask.
static inline long thermocline_plain_count(const void *_Nullable bytes) {
#if defined(__SSE2__)
  const __m128i block = _mm_loadu_si128((const __m128i *)bytes);
  const __m128i marks = _mm_or_si128(
      _mm_cmpeq_epi8(block, _mm_set1_epi8('"')), _mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
  const __m128i stops = _mm_or_si128(marks, _mm_cmplt_epi8(block, _mm_set1_epi8(0x20)));
  return __builtin_ctz((unsigned)_mm_movemask_epi8(stops) | 0x10000);
#elif defined(__ARM_NEON)
  const int8x16_t block = vld1q_s8((const int8_t *)bytes);
  const uint8x16_t marks = vorrq_u8(vceqq_s8(block, vdupq_n_s8('"')), vceqq_s8(block, vdupq_n_s8('\\')));
  const uint8x16_t stops = vorrq_u8(marks, vcltq_s8(block, vdupq_n_s8(0x20)));
  // Four bits a byte.
  const uint64_t mask = vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(stops), 4)), 0);
  return mask == 0 ? 16 : __builtin_ctzll(mask) >> 2;
#else
  const signed char *at = (const signed char *)bytes;
  long count = 0;
  while (count < 16 && at[count] >= 0x20 && at[count] != '"' && at[count] != '\\') count += 1;
  return count;
#endif
}
