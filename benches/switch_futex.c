/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks that wake each other through futexes: the least that sleeping and waking take. */
#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_ring.h"

/* Not FUTEX_PRIVATE_FLAG, which is for threads only: all kinds do the same calls. */
static long give(unsigned to)
{
	uint32_t *word = ring_word(to);

	__atomic_store_n(word, 1, __ATOMIC_RELEASE);
	long ret = arch_call(SYS_futex, (long)word, FUTEX_WAKE, 1, 0);
	return ret < 0 ? ret : 0;
}

/* Waits before it looks, so that one alone, who need not wait, does the same calls. */
static long take(unsigned self)
{
	uint32_t *word = ring_word(self);

	do {
		long ret = arch_call(SYS_futex, (long)word, FUTEX_WAIT, 0, 0);

		if (ret < 0 && ret != -EAGAIN)
			return ret;
	} while (!__atomic_load_n(word, __ATOMIC_ACQUIRE));
	__atomic_store_n(word, 0, __ATOMIC_RELAXED);
	return 0;
}

static int setup(struct run *run)
{
	static const struct ring futexes = {.send = give, .receive = take};

	return ring_setup(run, &futexes);
}

const struct bench bench = {
	.name = "switch_futex",
	.brief = "a word in shared memory goes round a ring of tasks, futexes wake them: "
		 "one "
		 "hand-over",
	.family = "switch",
	.floor = "getpid",
	.base = "switch_futex" RING_BASE,
	.parts = (const struct part *const[]){&task_part, &task_ring_part, &ring_part,
					      NULL},
	.setup = setup,
	.op = ring_op,
	.reset = ring_reset,
};
