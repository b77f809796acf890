/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rounds: in each, all tasks together do the operations of one sample. */
#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>

#include "part_arch.h"
#include "part_counts.h"
#include "part_round.h"

enum {
	TURN_NS = 10000000,  /* a task's turn on a CPU: a tick of 100 Hz, the slowest */
	SPAN_NS = 500000000, /* of a sample at most */
	LOOK_NS = 100000000, /* who waits for peers looks so often whether they live */
	CLAIMS = 16,         /* a task claims its share in so many parts, */
	CLAIM = 1024,        /* each at most so large */
	EVEN = 1000000,      /* ppm: a task's share of the work if all do the same */
};

/* What all share, whatever they are; each word with a line of its own is written while
 * others are at work. */
struct common {
	uint32_t round __attribute__((aligned(64))); /* peers sleep until it changes */
	uint32_t tidying;                            /* and what it is about */
	uint64_t quota, claim;
	uint64_t taken __attribute__((aligned(64))); /* of the quota */
	uint32_t left __attribute__((aligned(64)));  /* peers that are through */
	struct {
		uint64_t done;
	} __attribute__((aligned(64))) tally[TASK_MAX];
};

static const struct round *rounds;
static struct common *common;
static unsigned tasks;

const struct gauge round_gauges[] = {
	{"least", "ppm", "the smallest share of the work that a task did; 1000000: even"},
	{"most", "ppm", "the largest share of the work that a task did; 1000000: even"},
	{0},
};

static uint32_t load(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static long sleep_while(uint32_t *word, uint32_t value, const struct timespec *limit)
{
	return arch_call(SYS_futex, (long)word, FUTEX_WAIT, (long)value, (long)limit);
}

static long wake_all(uint32_t *word)
{
	long ret = arch_call(SYS_futex, (long)word, FUTEX_WAKE, INT_MAX, 0);

	return ret < 0 ? ret : 0;
}

uint64_t round_quota(void)
{
	return common->quota;
}

/* What is claimed beyond the quota is nobody's. */
uint64_t round_claim(void)
{
	uint64_t claim = common->claim, quota = common->quota;
	uint64_t at = __atomic_fetch_add(&common->taken, claim, __ATOMIC_RELAXED);

	return at >= quota ? 0 : quota - at < claim ? quota - at : claim;
}

static long take_part(unsigned self)
{
	uint64_t done = 0;

	if (common->tidying)
		return rounds->tidy(self);
	long err = rounds->work(self, &done);
	common->tally[self].done = done;
	return err;
}

/* Whether a futex call's result says that it failed, and was not only of no use. */
static bool is_refused(long ret)
{
	return ret < 0 && ret != -EAGAIN && ret != -EINTR && ret != -ETIMEDOUT;
}

/* Whether there is one to play. */
static bool await_round(unsigned self, uint32_t last)
{
	while (load(&common->round) == last) {
		if (task_told())
			return false;
		long ret = sleep_while(&common->round, last, NULL);
		if (is_refused(ret)) {
			task_fail(self, "futex", (int)-ret);
			return false;
		}
	}
	return true;
}

static void peer(unsigned self)
{
	long err = rounds->enter ? rounds->enter(self) : 0;

	if (!err)
		task_ready(self);
	const char *what = rounds->what;
	for (uint32_t at = 0; !err && await_round(self, at); at++) {
		bool last;

		err = take_part(self);
		last = __atomic_add_fetch(&common->left, 1, __ATOMIC_RELEASE) ==
		       tasks - 1;
		if (!err && last) {
			err = wake_all(&common->left);
			what = err ? "futex" : what;
		}
	}
	if (err && !task_told())
		task_fail(self, what, (int)-err);
}

/* A peer that dies tells so by a signal, unless the benchmark does not listen to it. */
static int await_peers(struct run *run)
{
	const struct timespec limit = {.tv_nsec = LOOK_NS};
	long slept = 0;

	for (;;) {
		uint32_t left = load(&common->left);
		int err = slept == -ETIMEDOUT || task_told() ? task_alive(run) : 0;

		if (err || left == tasks - 1)
			return err;
		slept = sleep_while(&common->left, left, &limit);
		if (is_refused(slept))
			return task_blame(run, "futex", (int)-slept);
	}
}

static int play(struct run *run, bool tidying)
{
	common->tidying = tidying;
	common->left = 0;
	__atomic_add_fetch(&common->round, 1, __ATOMIC_RELEASE);
	long err = tasks > 1 ? wake_all(&common->round) : 0;
	if (err)
		return bench_fail(run, "futex", (int)-err);
	err = take_part(0);
	return err ? task_blame(run, rounds->what, (int)-err) : await_peers(run);
}

int round_op(struct run *run, uint64_t n)
{
	uint64_t claim = n / (CLAIMS * (uint64_t)tasks);

	common->quota = n;
	common->claim = claim < 1 ? 1 : claim > CLAIM ? CLAIM : claim;
	common->taken = 0;
	return play(run, false);
}

int round_tidy(struct run *run)
{
	return play(run, true);
}

/* A task's share of `all` operations against an even one, in ppm. */
static uint64_t share(uint64_t done, uint64_t all)
{
	return all ? done * tasks * EVEN / all : EVEN;
}

uint64_t round_sum(struct run *run)
{
	uint64_t least = UINT64_MAX, most = 0, sum = 0;

	for (unsigned i = 0; i < tasks; i++) {
		uint64_t done = common->tally[i].done;

		least = done < least ? done : least;
		most = done > most ? done : most;
		sum += done;
	}
	bench_gauge(run, &round_gauges[0], share(least, sum));
	bench_gauge(run, &round_gauges[1], share(most, sum));
	return sum;
}

/*
 * Tasks on one CPU meet only when a turn ends: a sample gives each of them one or more.
 * That is long against waking those on other CPUs, who join in only then.
 */
static uint64_t span(void)
{
	uint64_t turns = (uint64_t)tasks * TURN_NS;

	return tasks == 1 ? COUNTS_SPAN_NS : turns < SPAN_NS ? turns : SPAN_NS;
}

int round_setup(struct run *run, const struct round *how)
{
	rounds = how;
	bench_span(run, span());
	long err = rounds->enter ? rounds->enter(0) : 0;
	return err ? bench_fail(run, rounds->what, (int)-err) : task_start(run, peer);
}

int round_prepare(struct run *run)
{
	tasks = task_count();
	common = task_share(sizeof(*common));
	return common ? 0 : bench_fail(run, "mmap", errno);
}
