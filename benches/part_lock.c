/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks that share out the operations of a sample among themselves, and what a lock must
 * keep from them. */
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "part_arch.h"
#include "part_lock.h"
#include "part_text.h"

enum {
	TURN_NS = 10000000,  /* a task's turn on a CPU: a tick of 100 Hz, the slowest */
	SPAN_NS = 500000000, /* of a sample at most */
	CLAIMS = 16,         /* a task claims its share in so many parts, */
	CLAIM = 1024,        /* each at most so large */
	EVEN = 1000000,      /* ppm: a task's share of the work if all do the same */
};

/* What all share, whatever they are; each word with a line of its own is written while
 * others are at work. */
struct common {
	struct lock_data data __attribute__((aligned(64)));
	uint32_t round __attribute__((aligned(64))); /* peers sleep until it changes */
	uint64_t quota, claim;
	uint32_t left __attribute__((aligned(64))); /* peers that are through */
	struct {
		uint64_t done, wrong;
	} __attribute__((aligned(64))) tally[TASK_MAX];
};

static const struct lock *lock;
static struct common *common;
static struct run *the_run; /* for who must ask whether its peers live */
static unsigned tasks;
static uint64_t hold, pause_after;
static bool private;
static int file_fd, file_fds[TASK_MAX];

static const struct gauge gauges[] = {
	{"least", "ppm", "the smallest share of the work that a task did; 1000000: even"},
	{"most", "ppm", "the largest share of the work that a task did; 1000000: even"},
	{0},
};

static uint32_t load(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static void sleep_while(uint32_t *word, uint32_t value)
{
	arch_call(SYS_futex, (long)word, FUTEX_WAIT, (long)value, 0);
}

static void wake_all(uint32_t *word)
{
	arch_call(SYS_futex, (long)word, FUTEX_WAKE, INT_MAX, 0);
}

bool lock_again(unsigned self)
{
	return self ? !task_told() : task_alive(the_run) == 0;
}

bool lock_is_private(void)
{
	return private;
}

void *lock_memory(struct run *run, uint64_t size)
{
	void *at = task_share(size);

	if (!at)
		bench_fail(run, "mmap", errno);
	return at;
}

int lock_file_make(struct run *run)
{
	file_fd = memfd_create("lock", MFD_CLOEXEC);
	return file_fd < 0 ? bench_fail(run, "memfd_create", errno) : 0;
}

/* Opened anew: what is inherited is one open file, and would be one owner. */
long lock_file_enter(unsigned self)
{
	char path[40];

	text_put_uint(text_put(path, "/proc/self/fd/"), (uint64_t)file_fd);
	long fd = arch_call(SYS_openat, AT_FDCWD, (long)path, O_RDWR | O_CLOEXEC, 0);
	if (fd < 0)
		return fd;
	file_fds[self] = (int)fd;
	return 0;
}

int lock_file(unsigned self)
{
	return file_fds[self];
}

/* What is claimed beyond the quota is given back, so that the counter ends there. */
uint64_t lock_claim(struct lock_work *w)
{
	uint64_t *counter = &w->data->counter, claim = common->claim;
	uint64_t at = __atomic_fetch_add(counter, claim, __ATOMIC_RELAXED);
	uint64_t over = at > w->quota           ? claim
			: at + claim > w->quota ? at + claim - w->quota
						: 0;

	if (over)
		__atomic_fetch_sub(counter, over, __ATOMIC_RELAXED);
	return claim - over;
}

static long work(unsigned self)
{
	struct lock_work w = {
		.self = self,
		.quota = common->quota,
		.hold = hold,
		.pause = pause_after,
		.data = &common->data,
	};
	long err = lock->work(&w);

	common->tally[self].done = w.done;
	common->tally[self].wrong = w.wrong;
	return err;
}

static bool await_round(uint32_t last)
{
	while (load(&common->round) == last) {
		if (task_told())
			return false;
		sleep_while(&common->round, last);
	}
	return true;
}

static void peer(unsigned self)
{
	long err = lock->enter ? lock->enter(self) : 0;

	if (!err)
		task_ready(self);
	for (uint32_t round = 0; !err && await_round(round); round++) {
		err = work(self);
		if (__atomic_add_fetch(&common->left, 1, __ATOMIC_RELEASE) == tasks - 1)
			wake_all(&common->left);
	}
	if (err && !task_told())
		task_fail(self, (int)-err);
}

static int await_peers(struct run *run)
{
	for (;;) {
		uint32_t left = load(&common->left);
		int err = task_told() ? task_alive(run) : 0;

		if (err || left == tasks - 1)
			return err;
		sleep_while(&common->left, left);
	}
}

int lock_op(struct run *run, uint64_t n)
{
	uint64_t claim = n / (CLAIMS * (uint64_t)tasks);

	common->data.counter = 0;
	common->quota = n;
	common->claim = claim < 1 ? 1 : claim > CLAIM ? CLAIM : claim;
	common->left = 0;
	__atomic_add_fetch(&common->round, 1, __ATOMIC_RELEASE);
	if (tasks > 1)
		wake_all(&common->round);
	long err = work(0);
	if (err)
		return task_blame(run, "the lock", (int)-err);
	return await_peers(run);
}

static int note_overlap(struct run *run, uint64_t sum, uint64_t wrong)
{
	char what[JOB_TEXT], *end = text_put(what, "the counter is at ");

	end = text_put_uint(end, common->data.counter);
	end = text_put(end, ", the tasks counted ");
	end = text_put_uint(end, sum);
	end = text_put(end, ", ");
	end = text_put_uint(end, wrong);
	text_put(end, " out of order: the lock did not lock");
	return bench_fail(run, what, 0);
}

/* A task's share of `due` operations against an even one, in ppm. */
static uint64_t share(uint64_t done, uint64_t due)
{
	return due ? done * tasks * EVEN / due : EVEN;
}

int lock_reset(struct run *run)
{
	uint64_t least = UINT64_MAX, most = 0, sum = 0, wrong = 0;
	uint64_t due = common->quota * (lock->together ? tasks : 1);
	struct task_switches switches;
	int err = counts_end(run, &switches);

	if (err)
		return err;
	for (unsigned i = 0; i < tasks; i++) {
		uint64_t done = common->tally[i].done;

		least = done < least ? done : least;
		most = done > most ? done : most;
		sum += done;
		wrong += common->tally[i].wrong;
	}
	if (sum != due || common->data.counter != common->quota || wrong)
		return note_overlap(run, sum, wrong);
	bench_gauge(run, &gauges[0], share(least, due));
	bench_gauge(run, &gauges[1], share(most, due));
	return counts_begin(run);
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

int lock_setup(struct run *run, const struct lock *how)
{
	lock = how;
	bench_span(run, span());
	long err = lock->enter ? lock->enter(0) : 0;
	if (err)
		return bench_fail(run, "opening the lock", (int)-err);
	err = task_start(run, peer);
	return err ? (int)err : counts_begin(run);
}

static int setup(struct run *run)
{
	the_run = run;
	tasks = task_count();
	common = task_share(sizeof(*common));
	return common ? 0 : bench_fail(run, "mmap", errno);
}

static int setup_section(struct run *run)
{
	hold = bench_param(run, "hold");
	pause_after = bench_param(run, "pause");
	return 0;
}

static int check_scope(struct run *run)
{
	if (!bench_param(run, "scope") || bench_param(run, "tasks") == 1 ||
	    task_shares(run) & CLONE_VM)
		return 0;
	return bench_fail(run,
			  "scope: a private lock does not lock out other processes; "
			  "use scope=shared",
			  0);
}

static int setup_scope(struct run *run)
{
	private = bench_param(run, "scope");
	return 0;
}

static const struct param section_params[] = {
	{.name = "hold",
	 .brief = "rounds of an empty loop, a CPU cycle or so each, while the lock is "
		  "held",
	 .type = PARAM_INT,
	 .def = "0",
	 .unit = "rounds",
	 .max = 1 << 30},
	{.name = "pause",
	 .brief = "rounds of the same loop after it was released",
	 .type = PARAM_INT,
	 .def = "0",
	 .unit = "rounds",
	 .max = 1 << 30},
	{0},
};

static const struct param scope_params[] = {
	{.name = "scope",
	 .brief = "private: made for threads of one process; while that has but one, "
		  "libc may leave the atomic instructions out",
	 .type = PARAM_CHOICE,
	 .def = "shared",
	 .choices = (const struct choice[]){{"shared", 0}, {"private", 1}, {0}}},
	{0},
};

const struct part lock_part = {.gauges = gauges, .setup = setup};
const struct part lock_section_part = {.params = section_params, .setup = setup_section};
const struct part lock_scope_part = {
	.params = scope_params, .check = check_scope, .setup = setup_scope};
