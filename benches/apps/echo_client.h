/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client of echo: one task, a few connections at a time. */
#ifndef LWP_APP_ECHO_CLIENT_H
#define LWP_APP_ECHO_CLIENT_H

struct sockaddr_in;

enum {
	ECHO_CLIENTS = 64,
	/* Bytes of a request, at most: so little that both sides may write before either
	 * reads. */
	ECHO_SIZE = 16 << 10,
};

/* Makes all connections= with all their requests=, and checks every reply. */
void echo_client(const struct sockaddr_in *address);

#endif
