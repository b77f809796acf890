/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Streams that go wrong, as LWP_BREAK asks: benchmarks must find out, or be as slow as
 * what they wait for. */
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "part_arch.h"
#include "part_pattern.h"
#include "part_stream.h"

enum { LOST = 20, SLOW_NS = 1000000 };

int __real_stream_setup(struct run *run, const struct stream *stream);
int __wrap_stream_setup(struct run *run, const struct stream *stream);
bool __real_pattern_stamped(const void *buf, uint64_t size, uint64_t number);
bool __wrap_pattern_stamped(const void *buf, uint64_t size, uint64_t number);

static struct stream whole, spoilt;
static unsigned sent;

static bool broken(const char *how)
{
	const char *asked = getenv("LWP_BREAK");

	return asked && strcmp(asked, how) == 0;
}

/* A message is never sent. */
static long lose(const char *buf, uint64_t size)
{
	bool begins = size == stream_size();

	return begins && ++sent == LOST ? (long)size : whole.send(buf, size);
}

/* What is received is never stored. */
// NOLINTNEXTLINE(readability-non-const-parameter) ; of struct stream's type
static long feign(char *buf, uint64_t size)
{
	(void)buf;
	return (long)size;
}

/* A byte between the stamps is another. */
static long spoil(char *buf, uint64_t size)
{
	long ret = whole.receive(buf, size);

	if (ret == (long)size)
		(buf + size - stream_size())[stream_size() / 2] ^= 1;
	return ret;
}

int __wrap_stream_setup(struct run *run, const struct stream *stream)
{
	whole = spoilt = *stream;
	if (broken("lost"))
		spoilt.send = lose;
	if (broken("feigned"))
		spoilt.receive = feign;
	if (broken("middle"))
		spoilt.receive = spoil;
	return __real_stream_setup(run, &spoilt);
}

/* A receiver that takes long to look. */
bool __wrap_pattern_stamped(const void *buf, uint64_t size, uint64_t number)
{
	const struct timespec t = {.tv_nsec = SLOW_NS};

	if (broken("slow"))
		arch_call(SYS_nanosleep, (long)&t, 0, 0, 0);
	return __real_pattern_stamped(buf, size, number);
}
