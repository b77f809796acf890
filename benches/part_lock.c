/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks that compete for a lock, and what it must keep from them. */
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "part_arch.h"
#include "part_lock.h"
#include "part_text.h"

/* What all share, whatever they are. */
struct common {
	struct lock_data data;
	struct {
		uint64_t wrong;
	} __attribute__((aligned(64))) tally[TASK_MAX];
};

static const struct lock *lock;
static struct common *common;
static struct run *the_run; /* for who must ask whether its peers live */
static uint64_t hold, pause_after;
static bool private;
static int file_fd, file_fds[TASK_MAX];

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

uint64_t lock_claim(struct lock_work *w)
{
	uint64_t n = round_claim();

	if (n)
		__atomic_fetch_add(&w->data->counter, n, __ATOMIC_RELAXED);
	return n;
}

static long work(unsigned self, uint64_t *done)
{
	struct lock_work w = {
		.self = self,
		.quota = round_quota(),
		.hold = hold,
		.pause = pause_after,
		.data = &common->data,
	};
	long err = lock->work(&w);

	*done = w.done;
	common->tally[self].wrong = w.wrong;
	return err;
}

int lock_op(struct run *run, uint64_t n)
{
	common->data.counter = 0;
	return round_op(run, n);
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

int lock_reset(struct run *run)
{
	uint64_t wrong = 0;
	struct task_switches switches;
	int err = counts_end(run, &switches);

	if (err)
		return err;
	uint64_t sum = round_sum(run), quota = round_quota();
	for (unsigned i = 0; i < task_count(); i++)
		wrong += common->tally[i].wrong;
	if (sum != quota * (lock->together ? task_count() : 1) ||
	    common->data.counter != quota || wrong)
		return note_overlap(run, sum, wrong);
	return counts_begin(run);
}

int lock_setup(struct run *run, const struct lock *how)
{
	static struct round rounds = {.what = "the lock", .work = work};

	lock = how;
	rounds.enter = how->enter;
	int err = round_setup(run, &rounds);
	return err ? err : counts_begin(run);
}

static int setup(struct run *run)
{
	the_run = run;
	common = task_share(sizeof(*common));
	return common ? round_prepare(run) : bench_fail(run, "mmap", errno);
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

const struct part lock_part = {.gauges = round_gauges, .setup = setup};
const struct part lock_section_part = {.params = section_params, .setup = setup_section};
const struct part lock_scope_part = {
	.params = scope_params, .check = check_scope, .setup = setup_scope};
