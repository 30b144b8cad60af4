// The readiness queue, which Swift's Glibc module lacks. Without _GNU_SOURCE: Glibc was made without it, and a module
// that sees other versions of the same declarations cannot be imported beside it.
#ifndef MARTLET_CEPOLL_H
#define MARTLET_CEPOLL_H

#include <sys/epoll.h>

#endif
