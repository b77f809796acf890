/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages in shared memory, announced through futexes. */
#include <stddef.h>

#include "bench.h"
#include "part_talk.h"

static int setup(struct run *run)
{
	static const struct talk futexes = {.wake = talk_wake, .wait = talk_wait};

	return talk_setup(run, &futexes);
}

const struct bench bench = {
	.name = "msg_futex",
	.brief = "a message in shared memory and one back, announced by futexes: one way",
	.family = "message",
	.floor = "getpid",
	.parts = (const struct part *const[]){&task_part, &talk_part, NULL},
	.setup = setup,
	.op = talk_op,
	.reset = talk_reset,
};
