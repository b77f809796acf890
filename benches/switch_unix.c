/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks that pass a byte on through stream sockets of the family unix. */
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_ring.h"

static int ends[TASK_MAX][2];

static int open_sockets(struct run *run, unsigned tasks)
{
	for (unsigned i = 0; i < tasks; i++)
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends[i]) < 0)
			return bench_fail(run, "socketpair", errno);
	return 0;
}

static long send_byte(unsigned to)
{
	long ret = arch_call(SYS_write, ends[to][1], (long)"t", 1, 0);

	return ret == 1 ? 0 : ret < 0 ? ret : -EIO;
}

static long receive_byte(unsigned self)
{
	char byte;
	long ret = arch_call(SYS_read, ends[self][0], (long)&byte, 1, 0);

	return ret == 1 ? 0 : ret < 0 ? ret : -EIO;
}

static int setup(struct run *run)
{
	static const struct ring sockets = {
		.open = open_sockets, .send = send_byte, .receive = receive_byte};

	return ring_setup(run, &sockets);
}

const struct bench bench = {
	.name = "switch_unix",
	.brief = "a byte goes round a ring of tasks through unix stream sockets: one "
		 "hand-over",
	.family = "switch",
	.floor = "getpid",
	.base = "switch_unix" RING_BASE,
	.parts = (const struct part *const[]){&task_part, &task_ring_part, &ring_part,
					      NULL},
	.setup = setup,
	.op = ring_op,
	.reset = ring_reset,
};
