// Memory in pages of 2 MiB: memory that is touched here and there, in small pages, makes the processor look up where each page is before it
// can ask for what stands there.
#pragma once
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#define THERMOCLINE_LARGE_PAGE ((size_t)1 << 21)

/// Bytes that a block for so many is made of: whole large pages where that rounds up by less than half, else as many as asked for.
static inline size_t thermocline_block_bytes(size_t bytes) {
#if defined(__linux__)
  if (bytes > 2 * THERMOCLINE_LARGE_PAGE)
    return (bytes + THERMOCLINE_LARGE_PAGE - 1) / THERMOCLINE_LARGE_PAGE * THERMOCLINE_LARGE_PAGE;
#endif
  return bytes;
}

/// Whether a block of so many bytes is made of large pages: `thermocline_pages_take` takes it and `thermocline_pages_give` gives it back.
static inline int thermocline_is_large(size_t bytes) {
#if defined(__linux__)
  return bytes > 2 * THERMOCLINE_LARGE_PAGE;
#else
  (void)bytes;
  return 0;
#endif
}

#if defined(__linux__)

/// Addresses for whole large pages, beginning with one. Memory comes when they are touched, in large pages where the system has some left.
/// Ends the process where there are no addresses, as Swift's own allocation does.
static inline void *_Nonnull thermocline_pages_take(size_t bytes) {
  const size_t page = THERMOCLINE_LARGE_PAGE;
  char *start = mmap(NULL, bytes + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) abort();
  const size_t before = (page - (uintptr_t)start % page) % page;
  if (before > 0) munmap(start, before);
  munmap(start + before + bytes, page - before);
  madvise(start + before, bytes, MADV_HUGEPAGE);
  return start + before;
}

static inline void thermocline_pages_give(void *_Nonnull pages, size_t bytes) { munmap(pages, bytes); }

/// More of what was taken; what stands there moves along without being copied.
static inline void *_Nonnull thermocline_pages_grow(void *_Nonnull pages, size_t bytes, size_t larger) {
  void *place = thermocline_pages_take(larger);
  // 3: MREMAP_MAYMOVE and MREMAP_FIXED, which the C library names only for those who ask for all of GNU.
  if (syscall(SYS_mremap, pages, bytes, larger, 3L, place) == -1) {
    memcpy(place, pages, bytes);
    munmap(pages, bytes);
  } else {
    madvise(place, larger, MADV_HUGEPAGE);
  }
  return place;
}

#else

// No block is large.
static inline void *_Nonnull thermocline_pages_take(size_t bytes) { (void)bytes; abort(); }
static inline void thermocline_pages_give(void *_Nonnull pages, size_t bytes) { (void)pages, (void)bytes; abort(); }
static inline void *_Nonnull thermocline_pages_grow(void *_Nonnull pages, size_t bytes, size_t larger) {
  (void)pages, (void)bytes, (void)larger;
  abort();
}

#endif
