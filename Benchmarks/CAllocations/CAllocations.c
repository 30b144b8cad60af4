#include "CAllocations.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

/* The executable's own definitions of the allocator's entry points are found before the library's, by the Swift
   runtime too. Each counts and goes on to glibc's implementation, under the names it exports for this purpose.
   Releasing is not counted, so `free` stays the library's. */

static _Atomic uint64_t allocations;

uint64_t heap_allocation_count(void) { return atomic_load_explicit(&allocations, memory_order_relaxed); }

#ifdef __GLIBC__

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static void count(void) { atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed); }

void *malloc(size_t size) {
    count();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count();
    return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
    count();
    return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **block, size_t alignment, size_t size) {
    if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
    void *result = memalign(alignment, size);
    if (result == NULL) return ENOMEM;
    *block = result;
    return 0;
}

int heap_allocations_are_counted(void) { return 1; }

#else

int heap_allocations_are_counted(void) { return 0; }

#endif
