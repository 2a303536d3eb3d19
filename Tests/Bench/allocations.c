// Counts heap allocations from outside: LD_PRELOAD this, name an existing directory in ALLOCATIONS, and the file there
// that is named after the process id holds the running count, eight bytes in the machine's order, readable at any time;
// beside it, `PID.freed` how many blocks were given back.
//
//     cc -O2 -shared -fPIC -o allocations.so allocations.c
//     ALLOCATIONS=/tmp/counts LD_PRELOAD=./allocations.so agentcheckd run ...
//
// Only calls that ask for memory count: malloc, calloc, realloc, posix_memalign, aligned_alloc, memalign. glibc's own
// functions (fopen, getaddrinfo) come through here too.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

// glibc's allocator under the names that nobody replaces.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);

static _Atomic uint64_t before_start, freed_before_start;
static _Atomic uint64_t *count = &before_start, *freed = &freed_before_start;

static void counted(void) { atomic_fetch_add_explicit(count, 1, memory_order_relaxed); }

static void given_back(void *memory) {
  if (memory != NULL) atomic_fetch_add_explicit(freed, 1, memory_order_relaxed);
}

// From here on the number is in this file.
static _Atomic uint64_t *published(const char *directory, const char *suffix, _Atomic uint64_t *number) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%d%s", directory, (int)getpid(), suffix);
  int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0 || ftruncate(descriptor, sizeof(uint64_t)) < 0) _exit(125);
  _Atomic uint64_t *shared = mmap(NULL, sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (shared == MAP_FAILED) _exit(125);
  close(descriptor);
  atomic_store(shared, atomic_load(number));
  return shared;
}

__attribute__((constructor)) static void publish(void) {
  const char *directory = getenv("ALLOCATIONS");
  if (directory == NULL) return;
  count = published(directory, "", count);
  freed = published(directory, ".freed", freed);
}

void *malloc(size_t size) {
  counted();
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  counted();
  return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
  counted();
  given_back(old);
  return __libc_realloc(old, size);
}

void free(void *memory) {
  given_back(memory);
  __libc_free(memory);
}

void *memalign(size_t alignment, size_t size) {
  counted();
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **result, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
  void *memory = memalign(alignment, size);
  if (memory == NULL) return ENOMEM;
  *result = memory;
  return 0;
}
