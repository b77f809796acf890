/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program to run: its path and arguments, and the stamps that it sends back. */
#ifndef LWP_PART_EXEC_H
#define LWP_PART_EXEC_H

#include <sys/types.h>

#include "bench.h"

/* What the target writes into the pipe that its argument names. */
struct exec_stamps {
	uint64_t image, exit, cpu; /* ns at the begin and the end of main; where it ran */
};

/* The parameter target=. */
extern const struct part exec_part;

/* The target and its argument: for exec, and as words for a shell. */
extern char *exec_argv[], exec_command[];

/* A setup for those that need a shell: skipped without one. */
int exec_need_shell(struct run *run);
/* In a child: stamps it, becomes the target, or leaves the errno for life_check. */
_Noreturn void exec_target(struct run *run);
/* A join for children that run the target. */
int exec_reap(struct run *run, unsigned slot, pid_t pid);
/* The same for a wait status that libc took. */
int exec_check(struct run *run, int status);

#endif
