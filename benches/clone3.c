/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clone3(2), the raw system call: every kind of task, and nothing of libc around it. */
#include <linux/sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_flags.h"
#include "part_life.h"
#include "part_parent.h"

static int create(struct run *run, unsigned slot)
{
	struct flags_task *task = flags_ready(slot);
	struct clone_args args = {
		.flags = flags_value(),
		.pidfd = (uintptr_t)&task->pidfd,
		.child_tid = (uintptr_t)&task->child_tid,
		.parent_tid = (uintptr_t)&task->parent_tid,
		.exit_signal = (uint64_t)flags_signal(),
		.tls = arch_thread_pointer(),
		.cgroup = (uint64_t)flags_cgroup(),
	};
	long pid;

	if (args.flags & CLONE_VM) {
		args.stack = (uintptr_t)task->stack_top - FLAGS_STACK;
		args.stack_size = FLAGS_STACK;
		pid = arch_clone3(&args, flags_child, task);
	} else {
		pid = syscall(SYS_clone3, &args, sizeof(args));
		if (pid == 0)
			flags_child(task);
		pid = pid < 0 ? -errno : pid;
	}
	return pid < 0 ? flags_refused(run, "clone3", (int)-pid) : (int)pid;
}

static int op(struct run *run, uint64_t n)
{
	static const struct life life = {create, flags_join};

	return life_repeat(run, &life, n);
}

static int setup(struct run *run)
{
	if (flags_value() & CLONE_VM && !arch_thread_pointer())
		return bench_skip(run, "flags: VM is not written for this architecture",
				  0);
	return 0;
}

const struct bench bench = {
	.name = "clone3",
	.brief = "clone3(2), raw, with flags; the task exits at once and is joined",
	.family = "creation",
	.floor = "getpid",
	.parts = (const struct part *const[]){&parent_part, &life_part,
					      &flags_clone3_part, NULL},
	.phases = life_phases,
	.setup = setup,
	.op = op,
	.reset = flags_reset,
};
