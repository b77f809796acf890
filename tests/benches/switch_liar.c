/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests: a ring whose token comes back without a switch. */
#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>

#include "../../benches/part_arch.h"
#include "../../benches/part_ring.h"

static long nothing(unsigned channel)
{
	(void)channel;
	return 0;
}

/* Peers sleep for ever: nobody ever gives them the token. */
static long never(unsigned self)
{
	return self ? arch_call(SYS_futex, (long)ring_word(self), FUTEX_WAIT, 0, 0) : 0;
}

static int setup(struct run *run)
{
	static const struct ring ring = {.send = nothing, .receive = never};

	return ring_setup(run, &ring);
}

const struct bench bench = {
	.name = "switch_liar",
	.brief = "claims switches that did not happen",
	.family = "fake",
	.floor = "",
	.parts = (const struct part *const[]){&task_part, &task_ring_part, &ring_part,
					      NULL},
	.setup = setup,
	.op = ring_op,
	.reset = ring_reset,
};
