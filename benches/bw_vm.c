/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages that the receiver reads straight out of the sender's memory. */
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_stream.h"
#include "part_tally.h"

static struct {
	struct tally offered __attribute__((aligned(64)));
	const char *at; /* the message that is offered */
	struct tally taken __attribute__((aligned(64)));
} * deal;
static pid_t sender;
static char *memory;

static long read_from(const char *there, void *here, uint64_t size)
{
	const struct iovec to = {.iov_base = here, .iov_len = size};
	const struct iovec from = {.iov_base = (char *)(uintptr_t)there, .iov_len = size};

	return arch_call6(SYS_process_vm_readv, sender, (long)&to, 1, (long)&from, 1, 0);
}

/* Two buffers: while one is read the next message is written. */
static int open_deal(struct run *run, int ends[2])
{
	ends[0] = ends[1] = -1;
	sender = getpid();
	/* Some kernels let only an ancestor read, unless they are told otherwise; most do
	 * not know the question. */
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
	deal = task_share(sizeof(*deal));
	if (!deal)
		return bench_fail(run, "mmap", errno);
	memory = stream_buffers(run, 2, -1);
	return memory ? 0 : -ENOMEM;
}

/* Sandboxes and kernels differ in whom they allow this. */
static long try_it(void)
{
	char byte;
	long ret = read_from(memory, &byte, 1);

	return ret < 0 ? ret : 0;
}

static long offer(const char *buf, uint64_t size)
{
	long ret = tally_await(&deal->taken, deal->offered.value - 1);

	if (ret < 0)
		return ret;
	deal->at = buf;
	ret = tally_raise(&deal->offered);
	return ret < 0 ? ret : (long)size;
}

/* `size` may be what is left of the message that is offered. */
static long take(char *buf, uint64_t size)
{
	long ret = tally_await(&deal->offered, deal->taken.value);

	if (ret < 0)
		return ret;
	ret = read_from(deal->at + (stream_size() - size), buf, size);
	if (ret != (long)size)
		return ret;
	ret = tally_raise(&deal->taken);
	return ret < 0 ? ret : (long)size;
}

static int setup(struct run *run)
{
	static const struct stream vm = {.open = open_deal,
					 .join = try_it,
					 .needs = "process_vm_readv",
					 .send = offer,
					 .receive = take};

	return stream_setup(run, &vm);
}

const struct bench bench = {
	.name = "bw_vm",
	.brief = "messages read by process_vm_readv out of the sender's memory (a "
		 "thread's is its own process's), offered through futexes",
	.family = "bandwidth",
	.floor = "bw_memcpy/size",
	.unit = "bytes/s",
	.parts = (const struct part *const[]){&task_part, &stream_part, NULL},
	.setup = setup,
	.op = stream_op,
	.reset = stream_reset,
};
