/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fcntl(2) locks on a file: POSIX ones, whose owner is a process, or those of an open
 * file. */
#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_lock.h"

static int command; /* F_SETLKW or F_OFD_SETLKW */

static long change(unsigned self, short type)
{
	struct flock all = {.l_type = type, .l_whence = SEEK_SET};

	return arch_call(SYS_fcntl, lock_file(self), command, (long)&all, 0);
}

static long acquire(unsigned self)
{
	return change(self, F_WRLCK);
}

static long release(unsigned self)
{
	return change(self, F_UNLCK);
}

static long work(struct lock_work *w)
{
	return lock_compete(w, acquire, release);
}

/* To the kernel, who shares a table of descriptors is one owner. */
static int check(struct run *run)
{
	if (bench_param(run, "how") != F_SETLKW || bench_param(run, "tasks") == 1 ||
	    !(task_shares(run) & CLONE_FILES))
		return 0;
	return bench_fail(
		run,
		"how: POSIX locks belong to the process and do not lock out its "
		"threads; use how=ofd",
		0);
}

static int setup(struct run *run)
{
	static const struct lock how = {.enter = lock_file_enter, .work = work};
	int err = lock_file_make(run);

	command = (int)bench_param(run, "how");
	return err ? err : lock_setup(run, &how);
}

static const struct param params[] = {
	{.name = "how",
	 .brief = "F_OFD_SETLKW, whose owner is the open file, or F_SETLKW, whose owner "
		  "is "
		  "the process",
	 .type = PARAM_CHOICE,
	 .def = "ofd",
	 .choices = (const struct choice[]){{"ofd", F_OFD_SETLKW},
					    {"posix", F_SETLKW},
					    {0}}},
	{0},
};

const struct bench bench = {
	.name = "lock_fcntl",
	.brief = "fcntl(2), F_WRLCK and F_UNLCK, of a file that each task opened itself",
	.family = "lock",
	.floor = "getpid",
	.base = "lock_fcntl" LOCK_BASE "/how/hold/pause",
	.params = params,
	.gauges = counts_gauges,
	.parts = (const struct part *const[]){&task_part, &task_crew_part, &lock_part,
					      &lock_section_part, NULL},
	.check = check,
	.setup = setup,
	.op = lock_op,
	.reset = lock_reset,
};
