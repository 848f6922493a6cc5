// Counts the memory allocations of a process, for `thermocline bench`: loaded before the C library by LD_PRELOAD. What
// librdkafka and the libraries only it uses ask for is not counted.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static atomic_ulong counted;
// Set on a thread that only watches. In the static block of thread storage, for the dynamic one is allocated.
static __thread int is_watching __attribute__((tls_model("initial-exec")));

static struct {
  uintptr_t from, to;
} excluded[64];
static atomic_int excluded_count;

static int note_library(struct dl_phdr_info *info, size_t size, void *unused) {
  static const char *const names[] = {"librdkafka", "liblz4",     "libzstd", "libssl",
                                      "libcrypto",  "libsasl2.so", "libcurl"};
  (void)size, (void)unused;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (!strstr(info->dlpi_name, names[i])) continue;
    for (int j = 0; j < info->dlpi_phnum; j++) {
      const ElfW(Phdr) *segment = &info->dlpi_phdr[j];
      int place = atomic_load(&excluded_count);
      if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X) || place == 64) continue;
      excluded[place].from = info->dlpi_addr + segment->p_vaddr;
      excluded[place].to = excluded[place].from + segment->p_memsz;
      atomic_store(&excluded_count, place + 1);
    }
  }
  return 0;
}

__attribute__((constructor)) static void look_at_libraries(void) { dl_iterate_phdr(note_library, NULL); }

static void count(const void *caller) {
  if (is_watching) return;
  for (int i = 0, n = atomic_load_explicit(&excluded_count, memory_order_relaxed); i < n; i++)
    if ((uintptr_t)caller >= excluded[i].from && (uintptr_t)caller < excluded[i].to) return;
  atomic_fetch_add_explicit(&counted, 1, memory_order_relaxed);
}

/// From now on the calling thread's allocations are not counted.
void thermocline_allocations_watch(void) { is_watching = 1; }

/// Allocations so far.
unsigned long thermocline_allocations(void) { return atomic_load(&counted); }

void *malloc(size_t size) {
  count(__builtin_return_address(0));
  return __libc_malloc(size);
}

// The C library's own calls malloc itself, whoever asks for the copy.
char *strdup(const char *text) {
  count(__builtin_return_address(0));
  size_t size = strlen(text) + 1;
  char *copy = __libc_malloc(size);
  return copy ? memcpy(copy, text, size) : NULL;
}

void *calloc(size_t number, size_t size) {
  count(__builtin_return_address(0));
  return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
  count(__builtin_return_address(0));
  return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
  count(__builtin_return_address(0));
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count(__builtin_return_address(0));
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  count(__builtin_return_address(0));
  *result = __libc_memalign(alignment, size);
  return *result ? 0 : 12; /* ENOMEM */
}
