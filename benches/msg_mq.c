/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages through POSIX message queues. */
#include <fcntl.h>
#include <mqueue.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_talk.h"
#include "part_text.h"

static mqd_t queues[2];

/* The name is gone at once; the queue lives on until its last user does not. */
static int open_queue(struct run *run, unsigned channel, const struct mq_attr *attr)
{
	char name[64],
		*end = text_put_uint(text_put(name, "/lwpbench."), (uint64_t)getpid());

	text_put_uint(text_put(end, "."), channel);
	int slot = bench_keep(run, JOB_MQ, 0, name);
	if (slot < 0)
		return bench_fail(run, name, -slot);
	queues[channel] =
		mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, attr);
	int err = queues[channel] < 0 ? bench_skip(run, "mq_open", errno) : 0;
	if (!err && mq_unlink(name) < 0)
		return bench_fail(run, "mq_unlink", errno);
	bench_forget(run, slot);
	return err;
}

static int open_queues(struct run *run, uint64_t size)
{
	static const char file[] = "/proc/sys/fs/mqueue/msgsize_max";
	const struct mq_attr attr = {.mq_maxmsg = 1, .mq_msgsize = (long)size};
	int err = talk_limit(run, text_field(file, ""),
			     "a POSIX message queue (/proc/sys/fs/mqueue/msgsize_max)");

	for (unsigned i = 0; i < 2 && !err; i++)
		err = open_queue(run, i, &attr);
	return err;
}

static long send_message(unsigned to, void *buf, uint64_t size)
{
	return arch_call6(SYS_mq_timedsend, queues[to], (long)buf, (long)size, 0, 0, 0);
}

static long receive_message(unsigned self, void *buf, uint64_t size)
{
	long ret = arch_call6(SYS_mq_timedreceive, queues[self], (long)buf, (long)size, 0,
			      0, 0);

	return ret == (long)size ? 0 : ret < 0 ? ret : -EIO;
}

static int setup(struct run *run)
{
	static const struct talk mqs = {
		.open = open_queues, .send = send_message, .receive = receive_message};

	return talk_setup(run, &mqs);
}

const struct bench bench = {
	.name = "msg_mq",
	.brief = "a message through a POSIX message queue and back through another: one "
		 "way",
	.family = "message",
	.floor = "getpid",
	.parts = (const struct part *const[]){&task_part, &talk_part, NULL},
	.setup = setup,
	.op = talk_op,
	.reset = talk_reset,
};
