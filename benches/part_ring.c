/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A token that goes round a ring of tasks: the loop, the working sets, the proof. */
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "part_arch.h"
#include "part_counts.h"
#include "part_ring.h"
#include "part_text.h"

enum {
	LINE = 64,
	HUGE = 2 << 20,
	START = 8,  /* switches more or less that beginning may take, */
	PART = 100, /* one of so many that waits of other kinds may add, */
};

enum { NO, YES };

static const struct ring *ring;
static unsigned tasks;
static bool alone; /* switch=no */
static bool one_cpu;
static bool traced; /* strace and gdb stop a task at each call: switches of their own */
static char *sets;  /* working sets, one a task, `stride` apart */
static uint64_t set_size, stride;
static char *words;
static int ends[TASK_MAX][2];
static uint64_t claimed;             /* switches, from what ops did */
static struct task_switches counted; /* by the kernel, within samples only */

void ring_channel(unsigned channel, int in, int out)
{
	ends[channel][0] = in;
	ends[channel][1] = out;
}

long ring_send_byte(unsigned to)
{
	long ret = arch_call(SYS_write, ends[to][1], (long)"t", 1, 0);

	return ret == 1 ? 0 : ret < 0 ? ret : -EIO;
}

long ring_receive_byte(unsigned self)
{
	char byte;
	long ret = arch_call(SYS_read, ends[self][0], (long)&byte, 1, 0);

	return ret == 1 ? 0 : ret < 0 ? ret : -EIO;
}

uint32_t *ring_word(unsigned channel)
{
	return (uint32_t *)(void *)(words + (size_t)channel * LINE);
}

/* Writes one word in each line of a task's working set. */
static void walk(unsigned self)
{
	volatile char *at = sets + self * stride;

	for (uint64_t i = 0; i < set_size; i += LINE)
		*(volatile uint64_t *)(at + i) = i;
}

/* Until it is done or there is a reason not to: 0, or what bench_fail returns. */
static int persist(struct run *run, long (*call)(unsigned), unsigned channel)
{
	for (;;) {
		long ret = call(channel);

		if (ret == 0)
			return 0;
		if (ret != -EINTR)
			return task_blame(run, "passing the token", (int)-ret);
		int err = task_alive(run);
		if (err)
			return err;
	}
}

/* The same in a peer; whether it shall go on. */
static bool peer_persist(long (*call)(unsigned), unsigned channel, unsigned self)
{
	long ret;

	do
		ret = call(channel);
	while (ret == -EINTR && !task_told());
	if (ret < 0 && ret != -EINTR)
		task_fail(self, "passing the token", (int)-ret);
	return ret == 0;
}

static void peer(unsigned self)
{
	unsigned next = self + 1 == tasks ? 0 : self + 1;

	walk(self);
	task_ready(self);
	while (peer_persist(ring->receive, self, self)) {
		walk(self);
		if (!peer_persist(ring->send, next, self))
			return;
	}
}

static int round_trip(struct run *run)
{
	int err = persist(run, ring->send, 1);

	if (!err)
		err = persist(run, ring->receive, 0);
	walk(0);
	return err;
}

/* The same calls and the same walks, all by one task. */
static int round_alone(struct run *run)
{
	int err = 0;

	for (unsigned i = 0; i < tasks && !err; i++) {
		err = persist(run, ring->send, i);
		if (!err)
			err = persist(run, ring->receive, i);
		walk(i);
	}
	return err;
}

int ring_op(struct run *run, uint64_t n)
{
	int (*const turn)(struct run *) = alone ? round_alone : round_trip;
	int err = 0;

	claimed += alone ? 0 : n * tasks;
	while (n-- && !err)
		err = turn(run);
	return err;
}

static int note_lie(struct run *run)
{
	char what[JOB_TEXT];
	char *end = text_put(what, "the ops claim ");

	end = text_put_uint(end, claimed);
	end = text_put(end, " switches, the kernel counted ");
	end = text_put_uint(end, counted.voluntary);
	end = text_put(end, " voluntary and ");
	end = text_put_uint(end, counted.involuntary);
	text_put(end, " involuntary ones");
	return bench_fail(run, what, 0);
}

/*
 * Proof that the switches happened. Who waits for the token sleeps: a voluntary switch.
 * If the one that it woke preempted it at once, the token was back before it could wait,
 * and an involuntary switch stands for the voluntary one: some kernels do so for every
 * other switch. Who yields stays runnable: all its switches are involuntary.
 */
static int prove(struct run *run)
{
	uint64_t slack = START + 2 * (uint64_t)tasks + claimed / PART;
	uint64_t all = counted.voluntary + counted.involuntary;
	/* Between CPUs the token may be back before the sender has gone to sleep. */
	bool few = all + slack < (one_cpu ? claimed : claimed / 2);
	/* Others may preempt, and are yielded to, but they make nobody sleep. */
	bool many = counted.voluntary > (ring->yields ? 0 : claimed) + slack;

	return (few || many) && !traced ? note_lie(run) : 0;
}

int ring_reset(struct run *run)
{
	struct task_switches now;
	int err = counts_end(run, &now);
	if (err)
		return err;
	counted.voluntary += now.voluntary;
	counted.involuntary += now.involuntary;
	err = prove(run);
	return err ? err : counts_begin(run);
}

/* Whether the creator's own set, once written to, lies in huge pages. */
static bool is_huge(void)
{
	return text_field("/proc/self/smaps_rollup", "AnonHugePages:") >= stride / 1024;
}

/* Private memory that nobody has touched yet: a task's first walk makes its set its own,
 * whatever kind it is of. */
static int map_sets(struct run *run)
{
	bool huge = bench_param(run, "huge") == YES;
	uint64_t page = huge ? HUGE : (uint64_t)sysconf(_SC_PAGESIZE);

	set_size = bench_param(run, "ws");
	stride = (set_size + page - 1) / page * page;
	if (!set_size)
		return 0;
	/* The kernel hands out more than it has: asking first is kinder than the OOM
	 * killer. */
	uint64_t kib;
	if (text_find("/proc/meminfo", "MemAvailable:", &kib) == 0 &&
	    stride * tasks / 1024 > kib)
		return bench_fail(run, "ws: more than MemAvailable; ask for less",
				  ENOMEM);
	sets = mmap(NULL, stride * tasks + page, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (sets == MAP_FAILED)
		return bench_fail(run, "ws: mmap", errno);
	sets += -(uintptr_t)sets & (page - 1);
	/* EINVAL: a kernel without huge pages gives none anyway. */
	if (madvise(sets, stride * tasks, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE) < 0 &&
	    errno != EINVAL)
		return bench_fail(run, "ws: madvise", errno);
	return 0;
}

/* The creator's first walk, after its peers were made, who would share it. */
static int settle(struct run *run)
{
	walk(0);
	if (set_size && bench_param(run, "huge") == YES && !is_huge())
		return bench_skip(run,
				  "huge: the kernel gave no huge pages; see "
				  "/sys/kernel/mm/transparent_hugepage/enabled",
				  0);
	return counts_begin(run);
}

static int setup(struct run *run)
{
	tasks = task_count();
	alone = bench_param(run, "switch") == NO;
	one_cpu = bench_one_cpu(run);
	traced = text_field("/proc/self/status", "TracerPid:") != 0;
	words = task_share((uint64_t)tasks * LINE);
	if (!words)
		return bench_fail(run, "mmap", errno);
	return map_sets(run);
}

int ring_setup(struct run *run, const struct ring *how)
{
	int err = how->open ? how->open(run, tasks) : 0;

	ring = how;
	bench_scale(run, tasks);
	bench_span(run, COUNTS_SPAN_NS);
	for (unsigned i = 0; i < tasks && !err && alone; i++)
		walk(i);
	if (!err)
		err = task_start(run, alone ? NULL : peer);
	return err ? err : settle(run);
}

static const struct choice no_yes[] = {{"no", NO}, {"yes", YES}, {0}};

static const struct param params[] = {
	{.name = "ws",
	 .brief = "working set that each task writes to, a word a line of 64 bytes, "
		  "before "
		  "it passes the token on",
	 .type = PARAM_INT,
	 .def = "0",
	 .unit = "bytes",
	 .max = 1 << 30},
	{.name = "huge",
	 .brief = "whether the working sets lie in pages of 2 MiB",
	 .type = PARAM_CHOICE,
	 .def = "no",
	 .choices = no_yes},
	{.name = "switch",
	 .brief = "no: one task alone does the same calls and walks, without a switch",
	 .type = PARAM_CHOICE,
	 .def = "yes",
	 .choices = no_yes},
	{0},
};

const struct part ring_part = {.params = params, .gauges = counts_gauges, .setup = setup};
