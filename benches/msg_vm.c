/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages written straight into the other task's memory, announced through futexes. */
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_talk.h"

static long write_into(unsigned to, void *buf, uint64_t size)
{
	const struct iovec here = {.iov_base = buf, .iov_len = size};
	const struct iovec there = {.iov_base = talk_buffer(to), .iov_len = size};

	return arch_call6(SYS_process_vm_writev, talk_pid(to), (long)&here, 1,
			  (long)&there, 1, 0);
}

static long write_and_wake(unsigned to, void *buf, uint64_t size)
{
	long ret = write_into(to, buf, size);

	return ret == (long)size ? talk_wake(to) : ret < 0 ? ret : -EIO;
}

static long wait_for_write(unsigned self, void *buf, uint64_t size)
{
	(void)buf, (void)size;
	return talk_wait(self);
}

/* Some kernels let only an ancestor write, unless it is told otherwise; most do not know
 * the question. */
static int allow(struct run *run, uint64_t size)
{
	(void)run, (void)size;
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
	return 0;
}

static int setup(struct run *run)
{
	static const struct talk vm = {
		.open = allow, .send = write_and_wake, .receive = wait_for_write};
	char nothing = 0;
	int err = talk_setup(run, &vm);

	if (err)
		return err;
	/* Sandboxes and kernels differ in whom they allow this. */
	long ret = write_into(1, &nothing, 1);
	return ret < 0 ? bench_skip(run, "process_vm_writev", (int)-ret) : 0;
}

const struct bench bench = {
	.name = "msg_vm",
	.brief =
		"a message by process_vm_writev into the other task's buffer (a thread's "
		"is its own process's) and one back, announced by futexes: one way",
	.family = "message",
	.floor = "getpid",
	.parts = (const struct part *const[]){&task_part, &talk_part, NULL},
	.setup = setup,
	.op = talk_op,
	.reset = talk_reset,
};
