/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages through a pair of sockets of the family unix. */
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"
#include "part_talk.h"
#include "part_text.h"

/* What the kernel counts against a socket's buffer for a message beside its bytes. */
enum { OVERHEAD = 32 };

/* A message that keeps its bounds must fit into the socket's buffer as a whole. */
static int limit(struct run *run, int fd)
{
	int room;
	socklen_t len = sizeof(room);

	if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, &len) < 0)
		return bench_fail(run, "getsockopt SO_SNDBUF", errno);
	return talk_limit(run, (uint64_t)(room - OVERHEAD),
			  "a socket whose messages keep their bounds (SO_SNDBUF)");
}

static int open_pair(struct run *run, uint64_t size)
{
	int type = (int)bench_param(run, "type"), ends[2];

	(void)size;
	if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) < 0)
		return bench_skip(run, "socketpair", errno);
	talk_channel(0, ends[0], ends[1]);
	talk_channel(1, ends[1], ends[0]);
	return type == SOCK_STREAM ? 0 : limit(run, ends[0]);
}

static int setup(struct run *run)
{
	static const struct talk sockets = {
		.open = open_pair, .send = talk_write, .receive = talk_read};

	return talk_setup(run, &sockets);
}

static const struct param params[] = {
	{.name = "type",
	 .brief = "of the sockets: bytes in order, or messages that keep their bounds "
		  "without or with a connection",
	 .type = PARAM_CHOICE,
	 .def = "stream",
	 .choices = (const struct choice[]){{"stream", SOCK_STREAM},
					    {"dgram", SOCK_DGRAM},
					    {"seqpacket", SOCK_SEQPACKET},
					    {0}}},
	{0},
};

const struct bench bench = {
	.name = "msg_unix",
	.brief = "a message through a pair of unix sockets and back: one way",
	.family = "message",
	.floor = "getpid",
	.params = params,
	.parts = (const struct part *const[]){&task_part, &talk_part, NULL},
	.setup = setup,
	.op = talk_op,
	.reset = talk_reset,
};
