/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes through a TCP connection over the loopback. */
#include <stddef.h>

#include "bench.h"
#include "part_loopback.h"
#include "part_stream.h"

static int setup(struct run *run)
{
	static const struct stream sockets = {
		.open = loopback_open, .send = stream_write, .receive = stream_read};

	return stream_setup(run, &sockets);
}

const struct bench bench = {
	.name = "bw_tcp",
	.brief = "messages written to a TCP connection over the loopback, with "
		 "TCP_NODELAY, and read from it",
	.family = "bandwidth",
	.floor = "bw_memcpy/size",
	.unit = "bytes/s",
	.parts = (const struct part *const[]){&task_part, &stream_part, NULL},
	.setup = setup,
	.op = stream_op,
	.reset = stream_reset,
};
