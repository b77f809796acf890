/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages that go wrong on their way to the peer: LWP_BREAK=lost, one is never sent;
 * =middle, a byte between the stamps is spoilt. */
#include <stdlib.h>
#include <string.h>

#include "part_talk.h"

enum { LOST = 20 };

int __real_talk_setup(struct run *run, const struct talk *talk);
int __wrap_talk_setup(struct run *run, const struct talk *talk);

static struct talk whole, broken;
static uint64_t half; /* where the middle is */
static unsigned sent;

static long lose_send(unsigned to, void *buf, uint64_t size)
{
	return to == 1 && ++sent == LOST ? 0 : whole.send(to, buf, size);
}

static long lose_wake(unsigned to)
{
	return to == 1 && ++sent == LOST ? 0 : whole.wake(to);
}

static long spoil_send(unsigned to, void *buf, uint64_t size)
{
	uint8_t *middle = (uint8_t *)buf + half;

	*middle ^= to;
	long ret = whole.send(to, buf, size);
	*middle ^= to;
	return ret;
}

static long spoil_wake(unsigned to)
{
	((uint8_t *)talk_shared(to) + TALK_SHARED)[half] ^= to;
	return whole.wake(to);
}

int __wrap_talk_setup(struct run *run, const struct talk *talk)
{
	const char *what = getenv("LWP_BREAK");
	bool lost = what && strcmp(what, "lost") == 0;

	if (!lost && (!what || strcmp(what, "middle") != 0))
		return __real_talk_setup(run, talk);
	whole = broken = *talk;
	half = bench_param(run, "size") / 2;
	if (talk->send)
		broken.send = lost ? lose_send : spoil_send;
	else
		broken.wake = lost ? lose_wake : spoil_wake;
	return __real_talk_setup(run, &broken);
}
