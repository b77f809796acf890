/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes through a pair of stream sockets of the family unix. */
#include <stddef.h>
#include <sys/socket.h>

#include "bench.h"
#include "part_stream.h"

static int open_sockets(struct run *run, int ends[2])
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return bench_fail(run, "socketpair", errno);
	return 0;
}

static int setup(struct run *run)
{
	static const struct stream sockets = {
		.open = open_sockets, .send = stream_write, .receive = stream_read};

	return stream_setup(run, &sockets);
}

const struct bench bench = {
	.name = "bw_unix",
	.brief = "messages written to a unix stream socket and read from its twin",
	.family = "bandwidth",
	.floor = "bw_memcpy/size",
	.unit = "bytes/s",
	.parts = (const struct part *const[]){&task_part, &stream_part, NULL},
	.setup = setup,
	.op = stream_op,
	.reset = stream_reset,
};
