/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages through System V message queues. */
#include <stddef.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_talk.h"
#include "part_text.h"

enum { TYPE = 1 }; /* of all messages; 0 may not be sent */

static struct {
	int id, slot;
	bool made;
} queues[2];

/* A queue that is removed is gone for those who wait, too: it is removed in the end. */
static int open_queues(struct run *run, uint64_t size)
{
	int err = talk_limit(run, text_field("/proc/sys/kernel/msgmax", ""),
			     "a System V message queue (/proc/sys/kernel/msgmax)");

	(void)size;
	/* One above what a queue may hold would be waited for in vain. */
	if (!err)
		err = talk_limit(run, text_field("/proc/sys/kernel/msgmnb", ""),
				 "a System V message queue (/proc/sys/kernel/msgmnb)");
	for (unsigned i = 0; i < 2 && !err; i++) {
		queues[i].slot = bench_keep(run, JOB_MSG, bench_key(i), NULL);
		if (queues[i].slot < 0)
			return bench_fail(run, "noting a queue", -queues[i].slot);
		queues[i].id = msgget(bench_key(i), IPC_CREAT | IPC_EXCL | 0600);
		queues[i].made = queues[i].id >= 0;
		if (!queues[i].made) {
			err = bench_skip(run, "msgget", errno);
			bench_forget(run, queues[i].slot);
		}
	}
	return err;
}

static void remove_queues(struct run *run)
{
	for (unsigned i = 0; i < 2; i++) {
		if (!queues[i].made)
			continue;
		if (msgctl(queues[i].id, IPC_RMID, NULL) < 0)
			bench_fail(run, "msgctl", errno);
		else
			bench_forget(run, queues[i].slot);
	}
}

/* The type lies in front of a message's bytes. */
static long *typed(void *buf)
{
	return (long *)buf - 1;
}

static long send_message(unsigned to, void *buf, uint64_t size)
{
	*typed(buf) = TYPE;
	return arch_call(SYS_msgsnd, queues[to].id, (long)typed(buf), (long)size, 0);
}

static long receive_message(unsigned self, void *buf, uint64_t size)
{
	long ret = arch_call6(SYS_msgrcv, queues[self].id, (long)typed(buf), (long)size,
			      TYPE, 0, 0);

	return ret == (long)size ? 0 : ret < 0 ? ret : -EIO;
}

static int setup(struct run *run)
{
	static const struct talk msgs = {
		.open = open_queues, .send = send_message, .receive = receive_message};

	return talk_setup(run, &msgs);
}

const struct bench bench = {
	.name = "msg_sysv",
	.brief = "a message through a System V message queue and back through another: "
		 "one way",
	.family = "message",
	.floor = "getpid",
	.parts = (const struct part *const[]){&task_part, &talk_part, NULL},
	.setup = setup,
	.op = talk_op,
	.reset = talk_reset,
	.teardown = remove_queues,
};
