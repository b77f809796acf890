/* SPDX-License-Identifier: GPL-3.0-or-later */
/* futex(2) calls that wake nobody and wait for nothing: what the call alone costs. */
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_lock.h"

static uint32_t *word; /* 0 */
static int operation;

/* Wakes nobody, or waits while the word is 1, which it is not. */
static long work(struct lock_work *w)
{
	long due = (operation & FUTEX_CMD_MASK) == FUTEX_WAIT ? -EAGAIN : 0;

	for (uint64_t n; (n = lock_claim(w)); w->done += n)
		for (uint64_t i = 0; i < n; i++) {
			long ret = arch_call(SYS_futex, (long)word, operation, 1, 0);

			if (ret != due)
				return ret < 0 ? ret : -EPROTO;
		}
	return 0;
}

static int setup(struct run *run)
{
	static const struct lock how = {.work = work};

	operation = (int)bench_param(run, "how");
	if (lock_is_private())
		operation |= FUTEX_PRIVATE_FLAG;
	word = lock_memory(run, sizeof(*word));
	return word ? lock_setup(run, &how) : -ENOMEM;
}

static const struct param params[] = {
	{.name = "how",
	 .brief = "FUTEX_WAKE with nobody there, or FUTEX_WAIT that returns at once",
	 .type = PARAM_CHOICE,
	 .def = "wake",
	 .choices = (const struct choice[]){{"wake", FUTEX_WAKE},
					    {"wait", FUTEX_WAIT},
					    {0}}},
	{0},
};

const struct bench bench = {
	.name = "lock_futex_call",
	.brief = "a futex(2) call that wakes nobody or need not wait",
	.family = "lock",
	.floor = "getpid",
	.base = "lock_futex_call" LOCK_BASE "/how/scope",
	.params = params,
	.gauges = counts_gauges,
	.parts = (const struct part *const[]){&task_part, &task_crew_part, &lock_part,
					      &lock_scope_part, NULL},
	.setup = setup,
	.op = lock_op,
	.reset = lock_reset,
};
