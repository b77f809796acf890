/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program to run: its path and arguments, and the stamps that it sends back. */
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "part_exec.h"
#include "part_life.h"
#include "part_text.h"

enum { PATH_SIZE = 1024, TARGET_STATIC = 0, TARGET_DYNAMIC };

static char path[PATH_SIZE];
static char pipe_number[24];
static int pipe_out = -1; /* where the target's stamps come out */

char *exec_argv[] = {path, NULL, NULL};
char exec_command[PATH_SIZE + 32];

void exec_target(struct run *run)
{
	life_stamp(run, "child");
	execve(path, exec_argv, environ);
	bench_child_fail(run, errno);
	_exit(127);
}

/* A target that left with LIFE_STATUS has written its stamps. */
static int take_stamps(struct run *run)
{
	struct exec_stamps stamps;

	if (read(pipe_out, &stamps, sizeof(stamps)) != sizeof(stamps))
		return bench_fail(run, "reading the target's stamps", errno);
	life_stamp_at(run, "image", stamps.image, (uint32_t)stamps.cpu);
	life_stamp_at(run, "exit", stamps.exit, (uint32_t)stamps.cpu);
	return 0;
}

int exec_check(struct run *run, int status)
{
	int err = life_check(run, status);

	return err || pipe_out < 0 ? err : take_stamps(run);
}

int exec_reap(struct run *run, unsigned slot, pid_t pid)
{
	int err = life_reap(run, slot, pid);

	return err || pipe_out < 0 ? err : take_stamps(run);
}

/* The target inherits the end to write to; reading never waits, it has ended by then. */
static int open_pipe(struct run *run)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return bench_fail(run, "pipe2", errno);
	if (fcntl(ends[1], F_SETFD, 0) < 0)
		return bench_fail(run, "fcntl", errno);
	pipe_out = ends[0];
	text_put_uint(pipe_number, (uint64_t)ends[1]);
	exec_argv[1] = pipe_number;
	return 0;
}

static int setup(struct run *run)
{
	static const char *const names[] = {
		[TARGET_STATIC] = "targets/exit-static",
		[TARGET_DYNAMIC] = "targets/exit-dynamic",
	};
	int err = bench_path(names[bench_param(run, "target")], path, sizeof(path));

	if (err)
		return bench_fail(run, "path of the target", -err);
	if (strchr(path, '\'') != NULL)
		return bench_fail(run, "the path of this program has a ' in it", 0);
	err = bench_stamping(run) ? open_pipe(run) : 0;
	char *end = text_put(exec_command, "'");
	end = text_put(end, path);
	end = text_put(end, "' ");
	text_put(end, pipe_number);
	return err;
}

int exec_need_shell(struct run *run)
{
	return access("/bin/sh", X_OK) < 0 ? bench_skip(run, "/bin/sh", errno) : 0;
}

static const struct param params[] = {
	{.name = "target",
	 .brief = "the program: it leaves at once; linked so",
	 .type = PARAM_CHOICE,
	 .def = "static",
	 .choices = (const struct choice[]){{"static", TARGET_STATIC},
					    {"dynamic", TARGET_DYNAMIC},
					    {0}}},
	{0},
};

const struct part exec_part = {.params = params, .setup = setup};
