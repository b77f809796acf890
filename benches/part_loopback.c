/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A TCP connection of this process with itself. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "part_loopback.h"

/* What is written last must not wait for the acknowledgement of what came before it. */
static int hurry(struct run *run, int fd)
{
	const int yes = 1;

	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)) < 0)
		return bench_fail(run, "setsockopt TCP_NODELAY", errno);
	return 0;
}

/* The kernel chooses the port. A sandbox may have no loopback. */
int loopback_open(struct run *run, int ends[2])
{
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);
	int door = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ends[1] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (door < 0 || ends[1] < 0)
		return bench_skip(run, "a TCP socket", errno);
	if (bind(door, (struct sockaddr *)&at, len) < 0 || listen(door, 1) < 0 ||
	    getsockname(door, (struct sockaddr *)&at, &len) < 0 ||
	    connect(ends[1], (struct sockaddr *)&at, len) < 0)
		return bench_skip(run, "a TCP connection over the loopback", errno);
	ends[0] = accept4(door, NULL, NULL, SOCK_CLOEXEC);
	if (ends[0] < 0)
		return bench_fail(run, "accept4", errno);
	if (close(door) < 0)
		return bench_fail(run, "close", errno);
	int err = hurry(run, ends[0]);
	return err ? err : hurry(run, ends[1]);
}
