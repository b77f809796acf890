/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clone(2) of libc: a task anywhere between a process and a thread, on a stack of its
 * own. */
#include <sched.h>
#include <stddef.h>

#include "bench.h"
#include "part_arch.h"
#include "part_flags.h"
#include "part_life.h"
#include "part_parent.h"

static int child(void *task)
{
	flags_child(task);
	return 0;
}

static int create(struct run *run, unsigned slot)
{
	struct flags_task *task = flags_ready(slot);
	int flags = (int)flags_value() | flags_signal();
	/* One argument serves both; the check refuses to ask for both. */
	void *parent_word =
		flags & CLONE_PIDFD ? (void *)&task->pidfd : &task->parent_tid;
	int pid = clone(child, task->stack_top, flags, task, parent_word,
			(void *)(uintptr_t)arch_thread_pointer(), &task->child_tid);

	return pid < 0 ? flags_refused(run, "clone", errno) : pid;
}

static int op(struct run *run, uint64_t n)
{
	static const struct life life = {create, flags_join};

	return life_repeat(run, &life, n);
}

static int check(struct run *run)
{
	uint64_t both = CLONE_PIDFD | CLONE_PARENT_SETTID;

	if ((bench_param(run, "flags") & both) == both)
		return bench_fail(run, "flags: PIDFD excludes PARENT_SETTID in clone", 0);
	return 0;
}

const struct bench bench = {
	.name = "clone",
	.brief = "clone(2) of libc with flags; the task exits at once and is joined",
	.family = "creation",
	.floor = "getpid",
	.parts = (const struct part *const[]){&parent_part, &life_part, &flags_clone_part,
					      NULL},
	.phases = life_phases,
	.check = check,
	.op = op,
	.reset = flags_reset,
};
