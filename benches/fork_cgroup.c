/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fork(2), and the child moves into another cgroup: what CLONE_INTO_CGROUP saves. */
#include <stdbool.h>
#include <unistd.h>

#include "bench.h"
#include "part_cgroup.h"
#include "part_life.h"
#include "part_parent.h"

static int procs;   /* the cgroup's cgroup.procs */
static bool proved; /* that children are in it: by those of a sample */

/* By itself, as service managers have it: a creator that moves its child, as runtimes of
 * containers do, would have to tell it to go on as well. */
_Noreturn static void move(struct run *run)
{
	life_stamp(run, "child");
	if (write(procs, "0", 1) != 1) {
		bench_fail(run, "a child's write to cgroup.procs", errno);
		_exit(1);
	}
	life_stamp(run, "moved");
	if (!proved && cgroup_prove(run) < 0)
		_exit(1);
	life_stamp(run, "exit");
	_exit(LIFE_STATUS);
}

static int create(struct run *run, unsigned slot)
{
	pid_t pid = fork();

	(void)slot;
	if (pid == 0)
		move(run);
	return pid < 0 ? bench_fail(run, "fork", errno) : pid;
}

static int op(struct run *run, uint64_t n)
{
	static const struct life life = {create, life_reap};

	return life_repeat(run, &life, n);
}

static int reset(struct run *run)
{
	(void)run;
	proved = true;
	return 0;
}

static int setup(struct run *run)
{
	int folder = -1, err = cgroup_make(run, &folder);

	if (!err)
		err = cgroup_open_procs(run, &procs);
	if (folder >= 0)
		close(folder);
	return err;
}

#define SAME "/pages/shared/file/thp/maps/fds/threads/procs/busy/burst/place/link/tunable"

const struct bench bench = {
	.name = "fork_cgroup",
	.brief = "fork(2); the child moves to another cgroup, exits, and is reaped",
	.family = "creation",
	.floor = "clone3/flags=INTO_CGROUP" SAME,
	.base = "fork" SAME,
	.parts = (const struct part *const[]){&parent_part, &life_part, NULL},
	.phases =
		(const char *const[]){"return", "child", "moved", "exit", "reaped", NULL},
	.setup = setup,
	.op = op,
	.reset = reset,
	.teardown = cgroup_remove,
};
