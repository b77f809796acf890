/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many tasks that are all runnable on one CPU and give it up, no matter to whom. */
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_crowd.h"
#include "part_text.h"

enum {
	TURNS_NS = 500000, /* of a sample for each task: some hundred turns */
	START = 8,         /* yields of a task before the others are there */
	PART = 20, /* of the rest, one of so many: the scheduler may pick the same again
		    */
};

/* What a task did in a sample; all share it. */
struct turns {
	uint64_t yields, switches;
	uint64_t before; /* switches, when the sample began */
} __attribute__((aligned(64)));

static struct turns *turns;
static unsigned tasks;

/* Times that the calling task lost its CPU while it could go on; 0 or what bench_fail
 * returns. */
static int count_switches(struct run *run, uint64_t *n)
{
	struct rusage u = {.ru_nivcsw = 0};
	long ret = arch_call(SYS_getrusage, RUSAGE_THREAD, (long)&u, 0, 0);

	*n = (uint64_t)u.ru_nivcsw;
	return ret < 0 ? bench_fail(run, "getrusage", (int)-ret) : 0;
}

static int enter(struct run *run, unsigned self)
{
	return count_switches(run, &turns[self].before);
}

static int work(struct run *run, unsigned self, uint64_t n)
{
	long ret = 0;

	turns[self].yields += n;
	while (n-- && !ret)
		ret = arch_call(SYS_sched_yield, 0, 0, 0, 0);
	return ret ? bench_fail(run, "sched_yield", (int)-ret) : 0;
}

static int tidy(struct run *run, unsigned self)
{
	uint64_t now;
	int err = count_switches(run, &now);

	if (err)
		return err;
	turns[self].switches = now - turns[self].before;
	turns[self].before = now;
	return 0;
}

static int note_lie(struct run *run, uint64_t yields, uint64_t switches)
{
	char what[JOB_TEXT], *end = text_put(what, "of ");

	end = text_put_uint(end, yields);
	end = text_put(end, " yields the kernel counted only ");
	text_put(text_put_uint(end, switches), " as switches");
	return bench_fail(run, what, 0);
}

/* Proof: a yield that finds nobody else costs little and is no switch. */
static int reset(struct run *run)
{
	uint64_t yields = 0, switches = 0;
	int err = crowd_reset(run);

	if (err)
		return err;
	for (unsigned i = 0; i < tasks; i++) {
		yields += turns[i].yields;
		switches += turns[i].switches;
		turns[i].yields = 0;
	}
	if (tasks > 1 && switches + (uint64_t)START * tasks + yields / PART < yields)
		return note_lie(run, yields, switches);
	return 0;
}

static int check(struct run *run)
{
	if (bench_one_cpu(run))
		return 0;
	return bench_fail(run,
			  "place: a yield switches only between tasks on one CPU; "
			  "use place=same",
			  0);
}

static int setup(struct run *run)
{
	static const struct crowd how = {.enter = enter, .work = work, .tidy = tidy};

	tasks = task_count();
	turns = task_share(tasks * sizeof(*turns));
	if (!turns)
		return bench_fail(run, "mmap", errno);
	int err = crowd_setup(run, &how);
	bench_span(run, (uint64_t)tasks * TURNS_NS);
	return err;
}

const struct bench bench = {
	.name = "switch_crowd",
	.brief = "sched_yield(2) by tasks that are all runnable on one CPU: one switch",
	.family = "switch",
	.floor = "getpid",
	.base = "switch_crowd/tasks=1/link/tunable",
	.gauges = crowd_gauges,
	.parts = (const struct part *const[]){&task_part, &task_crew_part, &crowd_part,
					      NULL},
	.check = check,
	.setup = setup,
	.op = crowd_op,
	.reset = reset,
};
