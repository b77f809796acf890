/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes through a pipe: two copies, and a wake-up when it was full or empty. */
#include <stddef.h>

#include "bench.h"
#include "part_pipe.h"
#include "part_stream.h"

static int setup(struct run *run)
{
	static const struct stream pipes = {
		.open = pipe_open, .send = stream_write, .receive = stream_read};

	return stream_setup(run, &pipes);
}

const struct bench bench = {
	.name = "bw_pipe",
	.brief = "messages written to a pipe and read from it",
	.family = "bandwidth",
	.floor = "bw_memcpy/size",
	.unit = "bytes/s",
	.parts = (const struct part *const[]){&task_part, &stream_part, &pipe_part, NULL},
	.setup = setup,
	.op = stream_op,
	.reset = stream_reset,
};
