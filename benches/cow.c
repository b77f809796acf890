/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bill after fork: the first write to each page that parent and child share, or had
 * shared. */
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"
#include "part_exec.h"
#include "part_life.h"
#include "part_pages.h"

enum { BY_PARENT, BY_CHILD };
enum { FORK, FORK_EXIT, FORK_EXEC, VFORK_EXEC, POSIX_SPAWN, NONE };

/* What the child is asked; it answers by a number. */
enum order { WALK, COUNT_OLD, COUNT_NEW };

static pid_t child;           /* that lives, or 0 */
static int mine = -1, theirs; /* ends of a socket between us */
static uint64_t by, faults;

/* Ends with its creator, whose end of the socket is then closed. */
_Noreturn static void serve(struct run *run)
{
	enum order order;

	/* Our own copy of that end would keep us from seeing that it was closed. */
	if (close(mine) < 0) {
		bench_fail(run, "close", errno);
		_exit(1);
	}
	bench_pin(run, 0, 1);
	while (recv(theirs, &order, sizeof(order), 0) == sizeof(order)) {
		uint64_t answer = order == WALK        ? pages_walk()
				  : order == COUNT_OLD ? pages_other(PAGES_OLD)
						       : pages_other(PAGES_NEW);

		if (send(theirs, &answer, sizeof(answer), MSG_NOSIGNAL) < 0)
			break;
	}
	_exit(LIFE_STATUS);
}

static int ask(struct run *run, enum order order, uint64_t *answer)
{
	const char *call = "send";
	ssize_t ret = send(mine, &order, sizeof(order), MSG_NOSIGNAL);

	if (ret == sizeof(order)) {
		call = "recv";
		ret = recv(mine, answer, sizeof(*answer), 0);
		if (ret == sizeof(*answer))
			return 0;
	}
	/* Else it lives, and ends when it is dismissed. */
	if (ret < 0 && errno != EPIPE && errno != ECONNRESET)
		return bench_fail(run, call, errno);
	int err = life_reap(run, 0, child);

	child = 0;
	return err ? err : bench_fail(run, "the child ended before its time", 0);
}

static int dismiss(struct run *run)
{
	pid_t pid = child;

	int err = mine >= 0 && close(mine) < 0 ? bench_fail(run, "close", errno) : 0;
	/* It would wait for ever. */
	if (err && pid)
		kill(pid, SIGKILL);
	mine = -1;
	child = 0;
	int ended = pid ? life_reap(run, 0, pid) : 0;
	return err ? err : ended;
}

static int make_child(struct run *run)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return bench_fail(run, "socketpair", errno);
	mine = ends[0];
	theirs = ends[1];
	pid_t pid = fork();
	if (pid == 0)
		serve(run);
	int err = pid < 0 ? bench_fail(run, "fork", errno) : 0;
	child = pid < 0 ? 0 : pid;
	if (close(theirs) < 0 && !err)
		err = bench_fail(run, "close", errno);
	return err;
}

static int make_and_dismiss(struct run *run)
{
	int err = make_child(run);

	return err ? err : dismiss(run);
}

static int fork_and_exec(struct run *run)
{
	pid_t pid = fork();

	if (pid == 0)
		exec_target(run);
	return pid < 0 ? bench_fail(run, "fork", errno) : exec_reap(run, 0, pid);
}

/* Called through a pointer, so that the child shares a frame with nothing but this. */
static int vfork_and_exec(struct run *run)
{
	pid_t pid = vfork();

	if (pid == 0)
		exec_target(run);
	return pid < 0 ? bench_fail(run, "vfork", errno) : exec_reap(run, 0, pid);
}

static int spawn(struct run *run)
{
	pid_t pid;
	int err = posix_spawn(&pid, exec_argv[0], NULL, NULL, exec_argv, environ);

	return err ? bench_fail(run, "posix_spawn", err) : exec_reap(run, 0, pid);
}

static int make_nothing(struct run *run)
{
	(void)run;
	return 0;
}

/* What is done after the region was written to, and before it is written to again; and
 * what faults that must make. */
static const struct {
	int (*make)(struct run *run);
	enum pages_faults faults;
} ways[] = {
	[FORK] = {make_child, PAGES_EACH},
	[FORK_EXIT] = {make_and_dismiss, PAGES_EACH},
	[FORK_EXEC] = {fork_and_exec, PAGES_EACH},
	[VFORK_EXEC] = {vfork_and_exec, PAGES_ANY},
	[POSIX_SPAWN] = {spawn, PAGES_ANY},
	[NONE] = {make_nothing, PAGES_NONE},
};

static int prepare(struct run *run)
{
	int err = pages_map(run);

	if (!err)
		err = pages_fill(run);
	return err ? err : ways[bench_param(run, "way")].make(run);
}

/* n is 1, always: a page is shared but once. By the child, two hand-overs are in it: of a
 * thousand faults about one in a hundred. */
static int op(struct run *run, uint64_t n)
{
	(void)n;
	if (by == BY_CHILD)
		return ask(run, WALK, &faults);
	faults = pages_walk();
	return 0;
}

/* Whoever has written sees it, the other does not: both still have a copy of all. */
static int check_copies(struct run *run)
{
	uint64_t ours = pages_other(by == BY_PARENT ? PAGES_NEW : PAGES_OLD), other = 0;
	int err = child ? ask(run, by == BY_PARENT ? COUNT_OLD : COUNT_NEW, &other) : 0;

	if (err)
		return err;
	if (by == BY_PARENT ? ours : other)
		return bench_fail(run, "pages do not hold what was written to them", 0);
	if (ours || other)
		return bench_fail(
			run, "who did not write does not see what was there before", 0);
	return 0;
}

static int reset(struct run *run)
{
	int err = pages_count(run, faults, ways[bench_param(run, "way")].faults);

	if (!err)
		err = check_copies(run);
	if (!err)
		err = dismiss(run);
	return err ? err : prepare(run);
}

static int check(struct run *run)
{
	if (bench_param(run, "by") == BY_CHILD && bench_param(run, "way") != FORK)
		return bench_fail(
			run, "by=child: only of way=fork is there a child to write", 0);
	return 0;
}

static int setup(struct run *run)
{
	by = bench_param(run, "by");
	bench_count_from_here(run);
	int err = bench_pin(run, 0, 0);

	return err ? bench_fail(run, "sched_setaffinity", -err) : prepare(run);
}

static void teardown(struct run *run)
{
	dismiss(run);
}

static const struct param params[] = {
	{.name = "by",
	 .brief = "who writes",
	 .type = PARAM_CHOICE,
	 .def = "parent",
	 .choices = (const struct choice[]){{"parent", BY_PARENT},
					    {"child", BY_CHILD},
					    {0}}},
	{.name = "way",
	 .brief =
		 "what the parent did before: fork, of a child that lives, or has ended, "
		 "or ran a program and ended; none: nothing",
	 .type = PARAM_CHOICE,
	 .def = "fork",
	 .choices = (const struct choice[]){{"fork", FORK},
					    {"fork_exit", FORK_EXIT},
					    {"fork_exec", FORK_EXEC},
					    {"vfork_exec", VFORK_EXEC},
					    {"posix_spawn", POSIX_SPAWN},
					    {"none", NONE},
					    {0}}},
	{0},
};

const struct bench bench = {
	.name = "cow",
	.brief = "first write to each page after fork, which copies it",
	.family = "cow",
	.floor = "cow/way=none/pages/order/huge/link/tunable",
	.base = "cow/way=none/pages/order/huge/link/tunable",
	.batch = 1,
	.params = params,
	.parts = (const struct part *const[]){&pages_part, &exec_part, NULL},
	.check = check,
	.setup = setup,
	.op = op,
	.reset = reset,
	.teardown = teardown,
};
