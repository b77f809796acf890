/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks that pass a byte on through stream sockets of the family unix. */
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"
#include "part_ring.h"

static int open_sockets(struct run *run, unsigned tasks)
{
	int ends[2];

	for (unsigned i = 0; i < tasks; i++) {
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
			return bench_fail(run, "socketpair", errno);
		ring_channel(i, ends[0], ends[1]);
	}
	return 0;
}

static int setup(struct run *run)
{
	static const struct ring sockets = {.open = open_sockets,
					    .send = ring_send_byte,
					    .receive = ring_receive_byte};

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
