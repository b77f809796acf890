/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages in shared memory whose receiver spins until they are there. */
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_talk.h"

enum { SPIN, SPIN_FUTEX };
enum { NOTHING, MESSAGE, ASLEEP }; /* what the word of a channel says */
enum {
	LOOKS = 1024,    /* between two questions whether to go on, */
	PATIENCE = 2048, /* and before the receiver sleeps: 20 to 100 us, some times what
			    sleeping and waking take */
};

/* Whether the message came within so many looks. */
static bool came(unsigned self, unsigned looks)
{
	uint32_t *word = talk_shared(self);

	while (looks--) {
		if (__atomic_load_n(word, __ATOMIC_ACQUIRE) == MESSAGE) {
			__atomic_store_n(word, NOTHING, __ATOMIC_RELAXED);
			return true;
		}
		arch_relax();
	}
	return false;
}

static long put(unsigned to)
{
	__atomic_store_n((uint32_t *)talk_shared(to), MESSAGE, __ATOMIC_RELEASE);
	return 0;
}

static long spin(unsigned self)
{
	while (!came(self, LOOKS))
		if (task_told())
			return -EINTR;
	return 0;
}

/* Wakes only who sleeps. */
static long put_and_wake(unsigned to)
{
	uint32_t *word = talk_shared(to);
	long ret = 0;

	if (__atomic_exchange_n(word, MESSAGE, __ATOMIC_SEQ_CST) == ASLEEP)
		ret = arch_call(SYS_futex, (long)word, FUTEX_WAKE, 1, 0);
	return ret < 0 ? ret : 0;
}

static long spin_and_sleep(unsigned self)
{
	uint32_t *word = talk_shared(self);

	while (!came(self, PATIENCE)) {
		uint32_t nothing = NOTHING;

		if (!__atomic_compare_exchange_n(word, &nothing, ASLEEP, false,
						 __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST) &&
		    nothing == MESSAGE)
			continue;
		long ret = arch_call(SYS_futex, (long)word, FUTEX_WAIT, ASLEEP, 0);
		if (ret < 0 && ret != -EAGAIN)
			return ret;
	}
	return 0;
}

static int check(struct run *run)
{
	if (bench_param(run, "how") == SPIN && bench_one_cpu(run))
		return bench_fail(run,
				  "place: on one CPU who spins keeps the other from "
				  "running; use place=core or how=spin_futex",
				  0);
	return 0;
}

static int setup(struct run *run)
{
	static const struct talk ways[] = {
		[SPIN] = {.wake = put, .wait = spin},
		[SPIN_FUTEX] = {.wake = put_and_wake, .wait = spin_and_sleep},
	};

	return talk_setup(run, &ways[bench_param(run, "how")]);
}

static const struct param params[] = {
	{.name = "how",
	 .brief = "spin: until it is there; spin_futex: looks 2048 times, then sleeps",
	 .type = PARAM_CHOICE,
	 .def = "spin",
	 .choices = (const struct choice[]){{"spin", SPIN},
					    {"spin_futex", SPIN_FUTEX},
					    {0}}},
	{0},
};

const struct bench bench = {
	.name = "msg_spin",
	.brief = "a message in shared memory and one back, on which tasks spin: one way",
	.family = "message",
	.floor = "cacheline/place",
	.place = "core",
	.params = params,
	.parts = (const struct part *const[]){&task_part, &talk_part, NULL},
	.check = check,
	.setup = setup,
	.op = talk_op,
	.reset = talk_reset,
};
