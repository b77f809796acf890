/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cgroup of our own below the one we are in: for CLONE_INTO_CGROUP, or to move into. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "part_cgroup.h"
#include "part_room.h"
#include "part_text.h"

static char dir[sizeof(((struct job_leftover *)0)->path)];
static int kept = -1; /* its slot among the leftovers */

static int name_dir(void)
{
	struct room_cgroup own;

	if (!room_cgroup(NULL, &own))
		return -errno;
	if (strlen(own.dir) + sizeof("/lwpbench-18446744073709551615") > sizeof(dir))
		return -ENAMETOOLONG;
	text_put_uint(text_put(text_put(dir, own.dir), "/lwpbench-"), (uint64_t)getpid());
	return 0;
}

int cgroup_make(struct run *run, int *fd)
{
	int err = name_dir();

	if (err)
		return bench_skip(run, "cgroup: one of version 2 that we are in", -err);
	kept = bench_keep(run, JOB_DIR, 0, dir);
	if (kept < 0)
		return bench_fail(run, "cgroup: bench_keep", -kept);
	if (mkdir(dir, 0700) < 0) {
		err = errno;
		bench_forget(run, kept);
		kept = -1;
		return bench_skip(run, "cgroup: the right to make one below our own",
				  err);
	}
	*fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *fd < 0 ? bench_fail(run, "cgroup: open", errno) : 0;
}

int cgroup_open_procs(struct run *run, int *fd)
{
	char path[sizeof(dir) + sizeof("/cgroup.procs")];

	text_put(text_put(path, dir), "/cgroup.procs");
	*fd = open(path, O_WRONLY | O_CLOEXEC);
	return *fd < 0 ? bench_skip(run, "cgroup: the right to write to its cgroup.procs",
				    errno)
		       : 0;
}

/* Its name has our creator's pid in it: no other's ends so. */
int cgroup_prove(struct run *run)
{
	char cgroups[4096];

	if (text_read("/proc/self/cgroup", cgroups, sizeof(cgroups)) == 0 &&
	    strstr(cgroups, strrchr(dir, '/')))
		return 0;
	return bench_fail(run, "a task is not in the cgroup that it was made for", 0);
}

void cgroup_remove(struct run *run)
{
	if (kept < 0)
		return;
	/* EBUSY: not all that was in it has ended; whoever watches us removes it then. */
	if (rmdir(dir) == 0)
		bench_forget(run, kept);
	else if (errno != EBUSY)
		bench_fail(run, "cgroup: rmdir", errno);
}
