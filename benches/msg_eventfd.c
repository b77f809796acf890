/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages in shared memory, announced through eventfds. */
#include <sys/eventfd.h>
#include <unistd.h>

#include "bench.h"
#include "part_talk.h"

static int open_eventfds(struct run *run, uint64_t size)
{
	(void)size;
	for (unsigned i = 0; i < 2; i++) {
		int fd = eventfd(0, EFD_CLOEXEC);

		if (fd < 0)
			return bench_fail(run, "eventfd", errno);
		talk_channel(i, fd, fd);
	}
	return 0;
}

static long add_one(unsigned to)
{
	uint64_t one = 1;

	return talk_write(to, &one, sizeof(one));
}

static long take(unsigned self)
{
	uint64_t count = 0;
	long ret = talk_read(self, &count, sizeof(count));

	return ret == 0 && count != 1 ? -EIO : ret;
}

static int setup(struct run *run)
{
	static const struct talk eventfds = {
		.open = open_eventfds, .wake = add_one, .wait = take};

	return talk_setup(run, &eventfds);
}

const struct bench bench = {
	.name = "msg_eventfd",
	.brief = "a message in shared memory and one back, announced by eventfds: one "
		 "way",
	.family = "message",
	.floor = "getpid",
	.parts = (const struct part *const[]){&task_part, &talk_part, NULL},
	.setup = setup,
	.op = talk_op,
	.reset = talk_reset,
};
