/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TCP on 127.0.0.1. */
#ifndef LWP_APP_LOOPBACK_H
#define LWP_APP_LOOPBACK_H

#include <netinet/in.h>

/* A listening socket on a free port; where it is goes into *address. */
int loopback_listen(struct sockaddr_in *address);
int loopback_connect(const struct sockaddr_in *address);
int loopback_accept(int listener);

#endif
