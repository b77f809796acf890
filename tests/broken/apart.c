/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks that are not set apart although they should be: LWP_BREAK=here. */
#include <fcntl.h>
#include <linux/sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "part_cgroup.h"
#include "part_flags.h"

uint64_t __real_flags_value(void);
uint64_t __wrap_flags_value(void);
int __real_cgroup_open_procs(struct run *run, int *fd);
int __wrap_cgroup_open_procs(struct run *run, int *fd);

static bool broken(void)
{
	const char *asked = getenv("LWP_BREAK");

	return asked && strcmp(asked, "here") == 0;
}

/* In namespaces of its creator, or its cgroup. */
uint64_t __wrap_flags_value(void)
{
	uint64_t flags = __real_flags_value();

	if (broken())
		flags &= ~(CLONE_NEWUTS | CLONE_NEWTIME | CLONE_INTO_CGROUP);
	return flags;
}

int __wrap_cgroup_open_procs(struct run *run, int *fd)
{
	if (!broken())
		return __real_cgroup_open_procs(run, fd);
	*fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	return 0;
}
