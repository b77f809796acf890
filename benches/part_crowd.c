/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks that ask the kernel for the same thing at the same time: what they get done
 * together. */
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "part_arch.h"
#include "part_crowd.h"
#include "part_round.h"
#include "part_text.h"

/* CPU time that a peer and its children spent on the sample, ns; on a line of its own. */
struct spending {
	uint64_t ns;
} __attribute__((aligned(64)));

static const struct crowd *crowd;
static struct run *the_run;
static struct spending *spent;
static bool one_process;    /* the clock of the creator's counts its peers as well */
static uint64_t cpu_before; /* of the creator, when the sample began */

const struct gauge crowd_gauges[] = {
	{"cpu", "ns/op", "CPU time of all tasks, and of those that they made"},
	{0},
};

/* CPU time of this process, its threads that have ended included, and of its children
 * that were reaped, ns; 0 or what bench_fail returns. */
static int cpu_time(struct run *run, uint64_t *ns)
{
	static const long whose[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
	uint64_t us = 0;

	for (unsigned i = 0; i < countof(whose); i++) {
		struct rusage u = {.ru_minflt = 0};
		long ret = arch_call(SYS_getrusage, whose[i], (long)&u, 0, 0);

		if (ret < 0)
			return bench_fail(run, "getrusage", (int)-ret);
		us += (uint64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000;
		us += (uint64_t)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
	}
	*ns = us * 1000;
	return 0;
}

/* An operation that began is done, whatever else happens: no child is left behind. */
static long work(unsigned self, uint64_t *done)
{
	bool counts = self && !one_process;
	uint64_t n, before = 0, after = 0;
	int err = counts ? cpu_time(the_run, &before) : 0;

	while (!err && !task_told() && (n = round_claim())) {
		err = crowd->work(the_run, self, n);
		*done += n;
	}
	if (!err && counts)
		err = cpu_time(the_run, &after);
	spent[self].ns = after - before;
	return err;
}

static long enter(unsigned self)
{
	return crowd->enter ? crowd->enter(the_run, self) : 0;
}

static long tidy(unsigned self)
{
	return crowd->tidy(the_run, self);
}

int crowd_op(struct run *run, uint64_t n)
{
	return round_op(run, n * task_count());
}

static int note_loss(struct run *run, uint64_t sum)
{
	char what[JOB_TEXT], *end = text_put(what, "the tasks did ");

	end = text_put_uint(end, sum);
	end = text_put(end, " operations instead of ");
	text_put_uint(end, round_quota());
	return bench_fail(run, what, 0);
}

int crowd_reset(struct run *run)
{
	uint64_t cpu = 0, sum = round_sum(run);
	int err = cpu_time(run, &cpu);

	if (err)
		return err;
	cpu -= cpu_before;
	for (unsigned i = 1; i < task_count(); i++)
		cpu += spent[i].ns;
	bench_gauge(run, &crowd_gauges[0], cpu);
	if (sum != round_quota())
		return note_loss(run, sum);
	err = crowd->tidy ? round_tidy(run) : 0;
	return err ? err : cpu_time(run, &cpu_before);
}

int crowd_setup(struct run *run, const struct crowd *how)
{
	static const struct round rounds = {
		.what = "an operation", .enter = enter, .work = work, .tidy = tidy};

	crowd = how;
	bench_scale(run, task_count());
	int err = round_setup(run, &rounds);
	return err ? err : cpu_time(run, &cpu_before);
}

/*
 * What tells a creator of the end of a peer would tell it, and its peers, of the end of
 * each child that they make: a signal to handle and an interrupted wait in every
 * operation, which no program has that waits for its children. Without it the end of a
 * peer is noticed when its part of the round does not end.
 */
static int do_not_listen(struct run *run)
{
	const struct sigaction act = {.sa_handler = SIG_DFL};

	return sigaction(SIGCHLD, &act, NULL) < 0 ? bench_fail(run, "sigaction", errno)
						  : 0;
}

static int setup(struct run *run)
{
	the_run = run;
	one_process = task_shares(run) & CLONE_THREAD;
	spent = task_share(task_count() * sizeof(*spent));
	if (!spent)
		return bench_fail(run, "mmap", errno);
	int err = do_not_listen(run);
	return err ? err : round_prepare(run);
}

const struct part crowd_part = {.gauges = round_gauges, .setup = setup};
