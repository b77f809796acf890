/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a task shares with its creator, by trying: the task changes what both have, and
 * the creator looks whether it sees the change. */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_clone3.h"
#include "part_flags.h"
#include "part_life.h"

enum { SIGNAL = SIGUSR1, PATH_SIZE = 64 };
enum { MEMORY, FILES, DIRECTORY, HANDLERS };

static const char before_dir[] = "/", after_dir[] = "/proc"; /* every machine has both */

static const struct gauge gauges[] = {
	[MEMORY] = {"memory", "seen/op", "writes to memory that the creator sees"},
	[FILES] = {"files", "seen/op", "closed descriptors that it no longer has"},
	[DIRECTORY] = {"directory", "seen/op", "changes of directory that move it, too"},
	[HANDLERS] = {"handlers", "seen/op",
		      "changes of a signal's handling that are "
		      "its own"},
	{0},
};

static int spare = -1; /* a descriptor to make others of */
static int file;       /* what the task closes, */
static uint64_t word;  /* and what it writes to */
static uint64_t seen[countof(gauges) - 1];

/* A look that failed is no answer. May share its creator's TLS: no errno. */
static bool note(struct run *run, const char *call, long ret)
{
	if (ret < 0)
		bench_fail(run, call, (int)-ret);
	return ret >= 0;
}

static bool closed(struct run *run)
{
	long ret = arch_call(SYS_fcntl, file, F_GETFD, 0, 0);

	if (ret != -EBADF)
		note(run, "fcntl", ret);
	return ret == -EBADF;
}

static bool moved(struct run *run)
{
	char path[PATH_SIZE];
	long ret = arch_call(SYS_getcwd, (long)path, sizeof(path), 0, 0);

	return note(run, "getcwd", ret) && strcmp(path, after_dir) == 0;
}

static bool ignores(struct run *run)
{
	struct sigaction act;

	return note(run, "sigaction", sigaction(SIGNAL, NULL, &act) < 0 ? -errno : 0) &&
	       act.sa_handler == SIG_IGN;
}

static bool written(void)
{
	return __atomic_load_n(&word, __ATOMIC_RELAXED) == 1;
}

/* Only a task that sees all its changes itself has done its work. */
static void child(void *arg)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct flags_task *task = arg;

	__atomic_store_n(&word, 1, __ATOMIC_RELAXED);
	note(task->run, "close", arch_call(SYS_close, file, 0, 0, 0));
	note(task->run, "chdir", arch_call(SYS_chdir, (long)after_dir, 0, 0, 0));
	note(task->run, "sigaction", sigaction(SIGNAL, &ignore, NULL) < 0 ? -errno : 0);
	if (written() && closed(task->run) && moved(task->run) && ignores(task->run))
		flags_child(task);
	bench_fail(task->run, "a task does not see what it changed itself", 0);
	flags_leave(task, 1);
}

static int create(struct run *run, unsigned slot)
{
	return clone3_create(run, slot, child);
}

static int join(struct run *run, unsigned slot, pid_t pid)
{
	int err = flags_join(run, slot, pid);

	seen[MEMORY] += written();
	seen[FILES] += closed(run);
	seen[DIRECTORY] += moved(run);
	seen[HANDLERS] += ignores(run);
	if (!closed(run) && close(file) < 0)
		return bench_fail(run, "close", errno);
	return err;
}

/* What the last task may have changed is as it was. */
static int restore(struct run *run)
{
	const struct sigaction act = {.sa_handler = SIG_DFL};

	__atomic_store_n(&word, 0, __ATOMIC_RELAXED);
	file = fcntl(spare, F_DUPFD_CLOEXEC, 0);
	if (file < 0)
		return bench_fail(run, "fcntl", errno);
	if (chdir(before_dir) < 0)
		return bench_fail(run, "chdir", errno);
	return sigaction(SIGNAL, &act, NULL) < 0 ? bench_fail(run, "sigaction", errno)
						 : 0;
}

static int op(struct run *run, uint64_t n)
{
	static const struct life life = {create, join};
	int err = 0;

	while (n-- && !err) {
		err = restore(run);
		if (!err)
			err = life_repeat(run, &life, 1);
	}
	return err;
}

static int reset(struct run *run)
{
	for (unsigned i = 0; i < countof(seen); i++) {
		bench_gauge(run, &gauges[i], seen[i]);
		seen[i] = 0;
	}
	return flags_reset(run);
}

static int check(struct run *run)
{
	if (bench_param(run, "burst") > 1)
		return bench_fail(run, "burst: only one task at a time can be looked at",
				  0);
	return 0;
}

static int setup(struct run *run)
{
	spare = open(before_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (spare < 0)
		return bench_fail(run, "open of /", errno);
	if (access(after_dir, X_OK) < 0)
		return bench_skip(run, "access to /proc", errno);
	return clone3_check(run);
}

const struct bench bench = {
	.name = "shared",
	.brief = "clone3(2) of a task that changes memory, descriptors, directory and a "
		 "signal's handling; whether its creator sees that",
	.family = "sharing",
	.floor = "getpid",
	.parts = (const struct part *const[]){&life_part, &flags_clone3_part, NULL},
	.gauges = gauges,
	.phases = life_phases,
	.check = check,
	.setup = setup,
	.op = op,
	.reset = reset,
};
