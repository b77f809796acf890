/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One task that sends and one that receives as fast as they can: the loop, the buffers,
 * the proof. */
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "part_arch.h"
#include "part_counts.h"
#include "part_pattern.h"
#include "part_stream.h"
#include "part_tally.h"
#include "part_text.h"

enum { LINE = 64, SPAN_NS = 2000000 };

/* What both sides write, a side's words never on a line of the other's. */
struct desk {
	/* The sender's. */
	uint64_t last __attribute__((aligned(LINE))); /* number of the batch's last */
	struct tally asked __attribute__((aligned(LINE)));
	/* The receiver's. */
	struct tally received __attribute__((aligned(LINE)));
	struct tally examined;
	long refused; /* what join returned */
};

/* Not written to once there are peers, but `sent` and `batches`, once a batch: the words
 * of threads would share lines, those of processes not. */
static const struct stream *stream;
static struct desk *desk;
static uint64_t size;
static int ends[2];
static char *own;     /* the receiver's buffer */
static char *buffers; /* the sender's, `stride` apart */
static uint64_t nbuffers, stride;
static uint64_t sent; /* number of the last message */
static uint32_t batches;

uint64_t stream_size(void)
{
	return size;
}

long stream_write(const char *buf, uint64_t n)
{
	return arch_call(SYS_write, ends[1], (long)buf, (long)n, 0);
}

long stream_read(char *buf, uint64_t n)
{
	return arch_call(SYS_read, ends[0], (long)buf, (long)n, 0);
}

/* The kernel hands out more than it has: asking first is kinder than the OOM killer. */
void *stream_memory(struct run *run, uint64_t n, int flags, int fd)
{
	uint64_t kib;

	if (text_find("/proc/meminfo", "MemAvailable:", &kib) == 0 && n / 1024 > kib) {
		bench_fail(run, "size: buffers above MemAvailable; ask for less", ENOMEM);
		return NULL;
	}
	void *at = mmap(NULL, n, PROT_READ | PROT_WRITE, flags, fd, 0);
	if (at != MAP_FAILED)
		return at;
	bench_fail(run, "size: mmap", errno);
	return NULL;
}

char *stream_buffers(struct run *run, uint64_t count, int fd)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	nbuffers = count;
	stride = (size + page - 1) / page * page;
	if (fd >= 0 && ftruncate(fd, (off_t)(nbuffers * stride)) < 0) {
		bench_fail(run, "size: ftruncate", errno);
		return NULL;
	}
	buffers = stream_memory(run, nbuffers * stride,
				fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED, fd);
	for (uint64_t i = 0; buffers && i < nbuffers; i++)
		pattern_make(buffers + i * stride, size);
	return buffers;
}

static int await(struct run *run, struct tally *tally, uint32_t seen)
{
	for (;;) {
		long ret = tally_await(tally, seen);

		if (ret != -EINTR)
			return ret < 0 ? bench_fail(run, "futex", (int)-ret) : 0;
		int err = task_alive(run);
		if (err)
			return err;
	}
}

static int send_whole(struct run *run, uint64_t number)
{
	const char *at = buffers + number % nbuffers * stride;
	uint64_t left = size;
	int err = 0;

	while (left && !err) {
		long ret = stream->send(at, left);

		if (ret <= 0 && ret != -EINTR)
			return task_blame(run, "sending", ret ? (int)-ret : EPIPE);
		if (ret > 0) {
			at += ret;
			left -= (uint64_t)ret;
		}
		/* A call that had moved some when a signal came is only cut short. */
		if (left && task_told())
			err = task_alive(run);
	}
	return err;
}

int stream_op(struct run *run, uint64_t n)
{
	uint64_t number = sent, last = sent + n;
	int err = 0;

	__atomic_store_n(&desk->last, last, __ATOMIC_RELEASE);
	while (number < last && !err) {
		number++;
		pattern_stamp(buffers + number % nbuffers * stride, size, number);
		err = send_whole(run, number);
	}
	sent = last;
	return err ? err : await(run, &desk->received, batches);
}

int stream_reset(struct run *run)
{
	struct task_switches sum;
	int err = counts_end(run, &sum);

	long ret = tally_raise(&desk->asked);
	if (!err && ret < 0)
		err = bench_fail(run, "futex", (int)-ret);
	if (!err)
		err = await(run, &desk->examined, batches++);
	return err ? err : counts_begin(run);
}

/* In the receiver: 0 or -errno, -EINTR if it shall end. */
static long receive_whole(void)
{
	for (uint64_t done = 0; done < size;) {
		long ret = stream->receive(own + done, size - done);

		if (ret > 0)
			done += (uint64_t)ret;
		else if (ret != -EINTR || task_told())
			return ret ? ret : -EPIPE;
	}
	return 0;
}

/* Says that a batch has come, and is asked what no message's number shows. */
static long report(uint64_t number)
{
	uint32_t seen = desk->received.value;
	long ret = tally_raise(&desk->received);

	if (ret < 0)
		return ret;
	do
		ret = tally_await(&desk->asked, seen);
	while (ret == -EINTR && !task_told());
	if (!ret && !pattern_whole(own, size, number))
		ret = -EBADMSG;
	return ret ? ret : tally_raise(&desk->examined);
}

static void complain(unsigned self, uint64_t number)
{
	char what[JOB_TEXT], *end = text_put(what, "message ");

	end = text_put_uint(end, number);
	text_put(end, ": what was received is not what was sent");
	task_complain(self, what);
}

static void receiver(unsigned self)
{
	uint64_t number = 0;
	long err = 0;

	if (stream->join)
		desk->refused = stream->join();
	task_ready(self);
	while (!err) {
		err = receive_whole();
		if (!err && !pattern_stamped(own, size, ++number))
			err = -EBADMSG;
		if (!err && number == __atomic_load_n(&desk->last, __ATOMIC_ACQUIRE))
			err = report(number);
	}
	if (err == -EINTR)
		return;
	if (err == -EBADMSG)
		complain(self, number);
	else
		task_fail(self, "receiving", (int)-err);
}

static int setup(struct run *run)
{
	size = bench_param(run, "size");
	tally_begin(run);
	bench_bytes(run, size);
	bench_span(run, SPAN_NS);
	desk = task_share(sizeof(*desk));
	if (!desk)
		return bench_fail(run, "mmap", errno);
	own = stream_memory(run, size, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	return own ? 0 : -ENOMEM;
}

int stream_setup(struct run *run, const struct stream *how)
{
	stream = how;
	int err = how->open(run, ends);
	if (err)
		return err;
	if (!buffers && !stream_buffers(run, 1, -1))
		return -ENOMEM;
	err = task_start(run, receiver);
	if (!err && desk->refused)
		return bench_skip(run, how->needs, (int)-desk->refused);
	return err ? err : counts_begin(run);
}

static const struct param params[] = {
	{.name = "size",
	 .brief = "of a message, which an operation moves",
	 .type = PARAM_INT,
	 .def = "64K",
	 .unit = "bytes",
	 .min = 1,
	 .max = 64 << 20},
	{0},
};

const struct part stream_part = {
	.params = params, .gauges = counts_gauges, .setup = setup};
