/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The least lock that sleeps: one word, an atomic instruction to take it and one to give
 * it back, the kernel only if somebody waits. */
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_lock.h"

enum { FREE, HELD, AWAITED }; /* of the word: AWAITED: held, and somebody may sleep */

static uint32_t *word;
static int flag; /* FUTEX_PRIVATE_FLAG or 0 */

/* Who had to wait takes it as AWAITED, not knowing whether others still do. */
static long acquire(unsigned self)
{
	uint32_t was = FREE;

	(void)self;
	if (__atomic_compare_exchange_n(word, &was, HELD, false, __ATOMIC_ACQUIRE,
					__ATOMIC_RELAXED))
		return 0;
	while (__atomic_exchange_n(word, AWAITED, __ATOMIC_ACQUIRE) != FREE) {
		long ret =
			arch_call(SYS_futex, (long)word, FUTEX_WAIT | flag, AWAITED, 0);

		if (ret < 0 && ret != -EAGAIN)
			return ret;
	}
	return 0;
}

static long release(unsigned self)
{
	(void)self;
	if (__atomic_exchange_n(word, FREE, __ATOMIC_RELEASE) != AWAITED)
		return 0;
	long ret = arch_call(SYS_futex, (long)word, FUTEX_WAKE | flag, 1, 0);
	return ret < 0 ? ret : 0;
}

static long work(struct lock_work *w)
{
	return lock_compete(w, acquire, release);
}

static int setup(struct run *run)
{
	static const struct lock how = {.work = work};

	flag = lock_is_private() ? FUTEX_PRIVATE_FLAG : 0;
	word = lock_memory(run, sizeof(*word));
	return word ? lock_setup(run, &how) : -ENOMEM;
}

const struct bench bench = {
	.name = "lock_futex",
	.brief = "a lock of one word that sleeps by futex(2), without libc",
	.family = "lock",
	.floor = "lock_atomic",
	.base = "lock_futex" LOCK_BASE "/scope/hold/pause",
	.gauges = counts_gauges,
	.parts = (const struct part *const[]){&task_part, &task_crew_part, &lock_part,
					      &lock_section_part, &lock_scope_part, NULL},
	.setup = setup,
	.op = lock_op,
	.reset = lock_reset,
};
