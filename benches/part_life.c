/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of a task, from its creation to its reaping: the loop and the checks. */
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "part_life.h"
#include "part_text.h"

static unsigned burst;
static pid_t *many; /* of a burst; shared, or each fork would have to copy it */

const char *const life_phases[] = {"return", "child", "exit", "reaped", NULL};

static int phase_index(const char *name)
{
	for (int i = 0; bench.phases[i]; i++)
		if (strcmp(bench.phases[i], name) == 0)
			return i;
	return -1;
}

void life_stamp(struct run *run, const char *phase)
{
	if (!bench_stamping(run))
		return;
	int i = phase_index(phase);

	if (i >= 0)
		bench_stamp(run, (unsigned)i);
}

void life_stamp_at(struct run *run, const char *phase, uint64_t now, uint32_t cpu)
{
	int i = phase_index(phase);

	if (i >= 0)
		bench_stamp_at(run, (unsigned)i, now, cpu);
}

void life_child(struct run *run)
{
	life_stamp(run, "child");
	life_stamp(run, "exit");
	_exit(LIFE_STATUS);
}

int life_check(struct run *run, int status)
{
	char what[JOB_TEXT], *end;

	if (WIFEXITED(status) && WEXITSTATUS(status) == LIFE_STATUS)
		return 0;
	int err = bench_child_error(run);
	if (err)
		return bench_fail(run, "exec of the target", err);
	if (WIFSIGNALED(status)) {
		end = text_put(what, "the child was killed by signal ");
		text_put_uint(end, (uint64_t)WTERMSIG(status));
	} else {
		end = text_put(what, "the child ended with exit status ");
		end = text_put_uint(end, (uint64_t)WEXITSTATUS(status));
		end = text_put(end, " instead of ");
		end = text_put_uint(end, LIFE_STATUS);
		if (WEXITSTATUS(status) == 127)
			text_put(end, ": the shell found no such program");
	}
	return bench_fail(run, what, 0);
}

int life_reap(struct run *run, unsigned slot, pid_t pid)
{
	int status;

	(void)slot;
	while (waitpid(pid, &status, __WALL) < 0)
		if (errno != EINTR)
			return bench_fail(run, "waitpid", errno);
	return life_check(run, status);
}

int life_count_threads(struct run *run)
{
	struct stat st;

	if (stat("/proc/self/task", &st) < 0)
		return bench_fail(run, "/proc/self/task", errno);
	return (int)st.st_nlink;
}

int life_await_threads(struct run *run, int resident)
{
	int n;

	while ((n = life_count_threads(run)) > resident)
		sched_yield();
	return n < 0 ? n : 0;
}

static int live_once(struct run *run, const struct life *life)
{
	pid_t one = 0;
	/* The stack's page is copied after every fork anyway; another page would be one
	 * fault more. */
	pid_t *pids = burst == 1 ? &one : many;
	unsigned made = 0;
	int err = 0;

	for (; made < burst; made++) {
		pids[made] = life->create(run, made);
		if (pids[made] < 0) {
			err = pids[made];
			break;
		}
	}
	life_stamp(run, "return");
	/* Also after a failure: no child is left behind. */
	for (unsigned slot = 0; slot < made; slot++) {
		int failed = life->join(run, slot, pids[slot]);

		if (!err)
			err = failed;
	}
	life_stamp(run, "reaped");
	return err;
}

int life_repeat(struct run *run, const struct life *life, uint64_t n)
{
	int err = 0;

	while (n-- && !err)
		err = live_once(run, life);
	return err;
}

static const struct param params[] = {
	{.name = "burst",
	 .brief = "tasks created one after the other before the first is joined",
	 .type = PARAM_INT,
	 .def = "1",
	 .unit = "tasks",
	 .min = 1,
	 .max = LIFE_BURST},
	{0},
};

static int setup(struct run *run)
{
	burst = (unsigned)bench_param(run, "burst");
	bench_scale(run, burst);
	if (burst == 1)
		return 0;
	many = mmap(NULL, burst * sizeof(*many), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return many == MAP_FAILED ? bench_fail(run, "burst: mmap", errno) : 0;
}

const struct part life_part = {.params = params, .setup = setup};
