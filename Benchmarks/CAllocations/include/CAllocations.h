#pragma once
#include <stdint.h>

/// Heap blocks this process has asked for since its start: calls of malloc, calloc, realloc and the aligned kinds.
/// Counts on every thread. Zero for ever where the C library is not glibc, whose entry points it stands before.
uint64_t heap_allocation_count(void);

/// Whether the counter works here.
int heap_allocations_are_counted(void);
