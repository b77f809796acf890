/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks that wake each other through eventfds: descriptors without a buffer. */
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_ring.h"

static int fds[TASK_MAX];

static int open_eventfds(struct run *run, unsigned tasks)
{
	for (unsigned i = 0; i < tasks; i++) {
		fds[i] = eventfd(0, EFD_CLOEXEC);
		if (fds[i] < 0)
			return bench_fail(run, "eventfd", errno);
	}
	return 0;
}

static long add_one(unsigned to)
{
	const uint64_t one = 1;
	long ret = arch_call(SYS_write, fds[to], (long)&one, sizeof(one), 0);

	return ret == sizeof(one) ? 0 : ret < 0 ? ret : -EIO;
}

static long take(unsigned self)
{
	uint64_t count = 0;
	long ret = arch_call(SYS_read, fds[self], (long)&count, sizeof(count), 0);

	return ret == sizeof(count) && count == 1 ? 0 : ret < 0 ? ret : -EIO;
}

static int setup(struct run *run)
{
	static const struct ring eventfds = {
		.open = open_eventfds, .send = add_one, .receive = take};

	return ring_setup(run, &eventfds);
}

const struct bench bench = {
	.name = "switch_eventfd",
	.brief =
		"a count of 1 goes round a ring of tasks through eventfds: one hand-over",
	.family = "switch",
	.floor = "getpid",
	.base = "switch_eventfd" RING_BASE,
	.parts = (const struct part *const[]){&task_part, &task_ring_part, &ring_part,
					      NULL},
	.setup = setup,
	.op = ring_op,
	.reset = ring_reset,
};
