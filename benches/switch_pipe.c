/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks that pass a byte on through pipes: the switch that most benchmarks mean. */
#include <fcntl.h>
#include <unistd.h>

#include "bench.h"
#include "part_ring.h"

static int open_pipes(struct run *run, unsigned tasks)
{
	int ends[2];

	for (unsigned i = 0; i < tasks; i++) {
		if (pipe2(ends, O_CLOEXEC) < 0)
			return bench_fail(run, "pipe2", errno);
		ring_channel(i, ends[0], ends[1]);
	}
	return 0;
}

static int setup(struct run *run)
{
	static const struct ring pipes = {
		.open = open_pipes, .send = ring_send_byte, .receive = ring_receive_byte};

	return ring_setup(run, &pipes);
}

const struct bench bench = {
	.name = "switch_pipe",
	.brief = "a byte goes round a ring of tasks through pipes: one hand-over",
	.family = "switch",
	.floor = "getpid",
	.base = "switch_pipe" RING_BASE,
	.parts = (const struct part *const[]){&task_part, &task_ring_part, &ring_part,
					      NULL},
	.setup = setup,
	.op = ring_op,
	.reset = ring_reset,
};
