/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages through a TCP connection over the loopback. */
#include <stddef.h>

#include "bench.h"
#include "part_loopback.h"
#include "part_talk.h"

static int open_connection(struct run *run, uint64_t size)
{
	int ends[2], err = loopback_open(run, ends);

	(void)size;
	if (err)
		return err;
	talk_channel(0, ends[0], ends[1]);
	talk_channel(1, ends[1], ends[0]);
	return 0;
}

static int setup(struct run *run)
{
	static const struct talk sockets = {
		.open = open_connection, .send = talk_write, .receive = talk_read};

	return talk_setup(run, &sockets);
}

const struct bench bench = {
	.name = "msg_tcp",
	.brief = "a message through a TCP connection over the loopback and back: one way",
	.family = "message",
	.floor = "getpid",
	.parts = (const struct part *const[]){&task_part, &talk_part, NULL},
	.setup = setup,
	.op = talk_op,
	.reset = talk_reset,
};
