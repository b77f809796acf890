/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two tasks that send each other a message to and fro: the loop, the buffers, the proof.
 */
#include <linux/futex.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "part_arch.h"
#include "part_counts.h"
#include "part_pattern.h"
#include "part_talk.h"
#include "part_text.h"

enum { CREATOR, PEER, SIDES };
enum { LINE = 64 };

/* What only one task writes, on a line of its own: what both read lies elsewhere. */
struct side {
	int pid, tid;
	uint64_t number;    /* of the last message that it began */
	uint64_t sent, got; /* bytes of a message that is only half through */
} __attribute__((aligned(LINE)));

static const struct talk *talk;
static long (*send)(unsigned to, void *buf, uint64_t size);
static long (*receive)(unsigned self, void *buf, uint64_t size);
static uint64_t size;
static char *message;       /* what the creator sends: all of the pattern */
static char *buffer[SIDES]; /* what each has received; the peer sends it back */
static char *channels;      /* TALK_SHARED bytes and a slot for a message, each */
static uint64_t channel_size;
static struct side *sides;
static int in[SIDES], out[SIDES];

int talk_limit(struct run *run, uint64_t max, const char *what)
{
	char text[JOB_TEXT];

	if (!max || bench_param(run, "size") <= max)
		return 0;
	char *end = text_put(text_put(text, "size: "), what);
	text_put(text_put_uint(text_put(end, " takes at most "), max), " bytes");
	return bench_skip(run, text, 0);
}

void talk_channel(unsigned channel, int from, int to)
{
	in[channel] = from;
	out[channel] = to;
}

/* Streams may take or give less than all; what is through stays so if a signal comes. */
static long pass(long call, int fd, char *buf, uint64_t count, uint64_t *done)
{
	do {
		long ret = arch_call(call, fd, (long)(buf + *done), (long)(count - *done),
				     0);
		if (ret <= 0)
			return ret ? ret : -EPIPE;
		*done += (uint64_t)ret;
	} while (*done < count);
	*done = 0;
	return 0;
}

long talk_write(unsigned to, void *buf, uint64_t count)
{
	return pass(SYS_write, out[to], buf, count, &sides[PEER - to].sent);
}

long talk_read(unsigned self, void *buf, uint64_t count)
{
	return pass(SYS_read, in[self], buf, count, &sides[self].got);
}

void *talk_shared(unsigned channel)
{
	return channels + channel * channel_size;
}

/* Not FUTEX_PRIVATE_FLAG, which is for threads only: all kinds do the same calls. */
long talk_wake(unsigned to)
{
	uint32_t *word = talk_shared(to);

	__atomic_store_n(word, 1, __ATOMIC_RELEASE);
	long ret = arch_call(SYS_futex, (long)word, FUTEX_WAKE, 1, 0);
	return ret < 0 ? ret : 0;
}

long talk_wait(unsigned self)
{
	uint32_t *word = talk_shared(self);

	while (!__atomic_load_n(word, __ATOMIC_ACQUIRE)) {
		long ret = arch_call(SYS_futex, (long)word, FUTEX_WAIT, 0, 0);

		if (ret < 0 && ret != -EAGAIN)
			return ret;
	}
	__atomic_store_n(word, 0, __ATOMIC_RELAXED);
	return 0;
}

void *talk_buffer(unsigned task)
{
	return buffer[task];
}

int talk_pid(unsigned task)
{
	return sides[task].pid;
}

int talk_tid(unsigned task)
{
	return sides[task].tid;
}

static long put_and_wake(unsigned to, void *buf, uint64_t count)
{
	memcpy((char *)talk_shared(to) + TALK_SHARED, buf, count);
	return talk->wake(to);
}

static long wait_and_take(unsigned self, void *buf, uint64_t count)
{
	long ret = talk->wait(self);

	if (!ret)
		memcpy(buf, (char *)talk_shared(self) + TALK_SHARED, count);
	return ret;
}

/* Until it is done or there is a reason not to: 0, or what bench_fail returns. */
static int persist(struct run *run, long (*call)(unsigned, void *, uint64_t),
		   unsigned channel, void *buf)
{
	for (;;) {
		long ret = call(channel, buf, size);

		if (ret == 0)
			return 0;
		if (ret != -EINTR)
			return task_blame(run, "passing a message", (int)-ret);
		int err = task_alive(run);
		if (err)
			return err;
	}
}

/* The same in the peer; whether it shall go on. */
static bool peer_persist(long (*call)(unsigned, void *, uint64_t), unsigned channel)
{
	long ret;

	do
		ret = call(channel, buffer[PEER], size);
	while (ret == -EINTR && !task_told());
	if (ret < 0 && ret != -EINTR)
		task_fail(PEER, "passing a message", (int)-ret);
	return ret == 0;
}

static void enter(unsigned self)
{
	sides[self].pid = (int)arch_call(SYS_getpid, 0, 0, 0, 0);
	sides[self].tid = (int)arch_call(SYS_gettid, 0, 0, 0, 0);
	/* Private memory is shared by a fork until it is written to. */
	memset(buffer[self] - TALK_HEAD, 0, TALK_HEAD + size);
}

static void peer(unsigned self)
{
	enter(self);
	task_ready(self);
	while (peer_persist(receive, self) && peer_persist(send, CREATOR))
		;
}

static int note_spoilt(struct run *run)
{
	char what[JOB_TEXT];
	char *end = text_put_uint(text_put(what, "message "), sides[CREATOR].number);

	text_put(end, " came back as another: lost, repeated or spoilt");
	return bench_fail(run, what, 0);
}

/* What comes back went both ways: it proves the two messages. */
static int round_trip(struct run *run)
{
	uint64_t number = ++sides[CREATOR].number;

	pattern_stamp(message, size, number);
	int err = persist(run, send, PEER, message);

	if (!err)
		err = persist(run, receive, CREATOR, buffer[CREATOR]);
	if (!err && !pattern_stamped(buffer[CREATOR], size, number))
		err = note_spoilt(run);
	return err;
}

int talk_op(struct run *run, uint64_t n)
{
	int err = 0;

	while (n-- && !err)
		err = round_trip(run);
	return err;
}

/* The buffer is wiped, so that what is whole next time has come since. */
int talk_reset(struct run *run)
{
	struct task_switches switches;
	int err = counts_end(run, &switches);

	if (err)
		return err;
	if (!pattern_whole(buffer[CREATOR], size, sides[CREATOR].number))
		return note_spoilt(run);
	memset(buffer[CREATOR], 0, size);
	return counts_begin(run);
}

static uint64_t whole_pages(uint64_t bytes)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	return (bytes + page - 1) / page * page;
}

/* A task's own memory is private; only what must be shared is. */
static int map(struct run *run)
{
	uint64_t stride = whole_pages(TALK_HEAD + size);
	char *own = mmap(NULL, (SIDES + 1) * stride, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (own == MAP_FAILED)
		return bench_fail(run, "mmap", errno);
	message = own + TALK_HEAD;
	for (unsigned i = 0; i < SIDES; i++)
		buffer[i] = message + (i + 1) * stride;
	channel_size = whole_pages(TALK_SHARED + size);
	channels = task_share(SIDES * channel_size);
	sides = task_share(SIDES * sizeof(*sides));
	return channels && sides ? 0 : bench_fail(run, "mmap", errno);
}

static int setup(struct run *run)
{
	size = bench_param(run, "size");
	int err = map(run);

	if (err)
		return err;
	pattern_make(message, size);
	enter(CREATOR);
	return 0;
}

int talk_setup(struct run *run, const struct talk *how)
{
	int err = how->open ? how->open(run, size) : 0;

	talk = how;
	send = how->send ? how->send : put_and_wake;
	receive = how->receive ? how->receive : wait_and_take;
	bench_scale(run, SIDES);
	bench_span(run, COUNTS_SPAN_NS);
	if (!err)
		err = task_start(run, peer);
	return err ? err : counts_begin(run);
}

static const struct param params[] = {
	{.name = "size",
	 .brief = "of a message",
	 .type = PARAM_INT,
	 .def = "64",
	 .unit = "bytes",
	 .min = 1,
	 .max = 1 << 20},
	{0},
};

const struct part talk_part = {.params = params, .gauges = counts_gauges, .setup = setup};
