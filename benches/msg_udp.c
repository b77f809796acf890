/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages through two UDP sockets over the loopback, each connected to the other. */
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"
#include "part_talk.h"

/* What 16 bits of length leave after the headers of IP and UDP. */
enum { MOST = 65535 - 20 - 8 };

/* The kernel chooses the port, left in *at. */
static int open_socket(struct run *run, struct sockaddr_in *at)
{
	socklen_t len = sizeof(*at);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	*at = (struct sockaddr_in){.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (fd < 0 || bind(fd, (struct sockaddr *)at, len) < 0 ||
	    getsockname(fd, (struct sockaddr *)at, &len) < 0)
		return bench_skip(run, "a UDP socket on the loopback", errno);
	return fd;
}

static int open_sockets(struct run *run, uint64_t size)
{
	struct sockaddr_in at[2];
	int fds[2];

	(void)size;
	for (unsigned i = 0; i < 2; i++) {
		fds[i] = open_socket(run, &at[i]);
		if (fds[i] < 0)
			return fds[i];
	}
	for (unsigned i = 0; i < 2; i++) {
		if (connect(fds[i], (struct sockaddr *)&at[1 - i], sizeof(at[0])) < 0)
			return bench_skip(run, "a UDP socket's way over the loopback",
					  errno);
		talk_channel(i, fds[i], fds[1 - i]);
	}
	return 0;
}

static int check(struct run *run)
{
	return talk_limit(run, MOST, "a UDP datagram");
}

static int setup(struct run *run)
{
	static const struct talk sockets = {
		.open = open_sockets, .send = talk_write, .receive = talk_read};

	return talk_setup(run, &sockets);
}

const struct bench bench = {
	.name = "msg_udp",
	.brief = "a message through UDP sockets over the loopback and back: one way",
	.family = "message",
	.floor = "getpid",
	.parts = (const struct part *const[]){&task_part, &talk_part, NULL},
	.check = check,
	.setup = setup,
	.op = talk_op,
	.reset = talk_reset,
};
