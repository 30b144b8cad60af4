// Declarations that Swift's Glibc module lacks. Headers and one-line shims only, no logic.
#ifndef MARTLET_CSYSTEM_H
#define MARTLET_CSYSTEM_H

#include "Sockets.h"
#include <malloc.h>

static inline void martlet_prefetch(const void *address) { __builtin_prefetch(address); }

#endif
