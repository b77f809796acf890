/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages through two pipes, one for each way. */
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "bench.h"
#include "part_talk.h"

static int open_pipes(struct run *run, uint64_t size)
{
	(void)size;
	for (unsigned i = 0; i < 2; i++) {
		int ends[2];

		if (pipe2(ends, O_CLOEXEC) < 0)
			return bench_fail(run, "pipe2", errno);
		talk_channel(i, ends[0], ends[1]);
	}
	return 0;
}

static int check(struct run *run)
{
	return talk_limit(run, PIPE_BUF, "a pipe in one piece (PIPE_BUF)");
}

static int setup(struct run *run)
{
	static const struct talk pipes = {
		.open = open_pipes, .send = talk_write, .receive = talk_read};

	return talk_setup(run, &pipes);
}

const struct bench bench = {
	.name = "msg_pipe",
	.brief = "a message through a pipe and back through another: one way",
	.family = "message",
	.floor = "getpid",
	.parts = (const struct part *const[]){&task_part, &talk_part, NULL},
	.check = check,
	.setup = setup,
	.op = talk_op,
	.reset = talk_reset,
};
