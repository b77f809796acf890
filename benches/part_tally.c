/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A count that one task raises and another waits for, asleep only if that takes long. */
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "part_arch.h"
#include "part_tally.h"
#include "part_task.h"

/* As long as it takes another CPU to copy some 100 KiB, 20 to 100 us: sleeping and being
 * woken would take as long. */
enum { LOOKS = 2048 };

static unsigned looks;

void tally_begin(struct run *run)
{
	looks = bench_one_cpu(run) ? 1 : LOOKS;
}

/* Either this sees that the other sleeps, or the other sees the new value before it
 * does: both write one word and then read the other's, in one order for all. */
long tally_raise(struct tally *tally)
{
	long ret = 0;

	__atomic_fetch_add(&tally->value, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&tally->asleep, __ATOMIC_SEQ_CST))
		ret = arch_call(SYS_futex, (long)&tally->value, FUTEX_WAKE, 1, 0);
	/* Not to be done once more, as what a signal interrupted is. */
	return ret < 0 ? (ret == -EINTR ? -EIO : ret) : 0;
}

static long sleep_until_raised(struct tally *tally, uint32_t seen)
{
	long ret = 0;

	__atomic_store_n(&tally->asleep, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&tally->value, __ATOMIC_SEQ_CST) == seen &&
	       (ret == 0 || ret == -EAGAIN))
		ret = task_told() ? -EINTR
				  : arch_call(SYS_futex, (long)&tally->value, FUTEX_WAIT,
					      seen, 0);
	__atomic_store_n(&tally->asleep, 0, __ATOMIC_RELAXED);
	return ret == -EAGAIN ? 0 : ret;
}

long tally_await(struct tally *tally, uint32_t seen)
{
	for (unsigned i = 0; i < looks; i++) {
		if (__atomic_load_n(&tally->value, __ATOMIC_ACQUIRE) != seen)
			return 0;
		arch_relax();
	}
	return sleep_until_raised(tally, seen);
}
