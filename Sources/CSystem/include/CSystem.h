// Declarations that Swift's Glibc module lacks. Headers and one-line shims only, no logic.
#ifndef MARTLET_CSYSTEM_H
#define MARTLET_CSYSTEM_H

#include "Sockets.h"
#include <malloc.h>
#include <sys/prctl.h>

static inline int martlet_disable_huge_pages(void) { return prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0); }

static inline void martlet_prefetch(const void *address) { __builtin_prefetch(address); }

#endif
