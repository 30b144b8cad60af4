// What a socket server on Linux needs and Swift's Glibc module leaves out: readiness notification, wake-up
// descriptors, and accepting with the flags already set.
#ifndef MARTLET_SOCKETS_H
#define MARTLET_SOCKETS_H

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

int martlet_accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);

#endif
