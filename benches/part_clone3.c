/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The creation of a task by clone3(2), raw, whatever it then does. */
#include <linux/sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "part_arch.h"
#include "part_clone3.h"
#include "part_flags.h"

int clone3_check(struct run *run)
{
	if (flags_value() & CLONE_VM && !arch_thread_pointer())
		return bench_skip(run, "flags: VM is not written for this architecture",
				  0);
	return 0;
}

int clone3_create(struct run *run, unsigned slot, void (*child)(void *))
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
		pid = arch_clone3(&args, child, task);
	} else {
		pid = syscall(SYS_clone3, &args, sizeof(args));
		if (pid == 0)
			child(task);
		pid = pid < 0 ? -errno : pid;
	}
	return pid < 0 ? flags_refused(run, "clone3", (int)-pid) : (int)pid;
}
