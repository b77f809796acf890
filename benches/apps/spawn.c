/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A tiny command, run over and over as a shell script or a build does. */
#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../part_life.h"
#include "app.h"

/* Beside the programs, in the folder build/ as well as where they are installed. */
static const char folder[] = "../benches/targets";
/* Relative to it, so that no path has to be quoted for a shell. */
static const char command[] = "./exit-static";
static char *const argv_of[] = {(char *)command, NULL};

static void check(int status)
{
	if (WIFSIGNALED(status))
		app_fail(0, "%s: ended by a signal: %s", command,
			 strsignal(WTERMSIG(status)));
	if (WEXITSTATUS(status) != LIFE_STATUS)
		app_fail(0, "%s: left with status %d instead of %d", command,
			 WEXITSTATUS(status), LIFE_STATUS);
}

static void reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			app_fail(errno, "waitpid");
	check(status);
}

/* An exec that fails shows in the status: only that may a child of vfork do. */
_Noreturn static void become(void)
{
	execve(command, argv_of, environ);
	_exit(127);
}

static void fork_exec(void)
{
	pid_t pid = fork();

	if (pid < 0)
		app_fail(errno, "fork");
	if (pid == 0)
		become();
	reap(pid);
}

static void vfork_exec(void)
{
	pid_t pid = vfork();

	if (pid < 0)
		app_fail(errno, "vfork");
	if (pid == 0)
		become();
	reap(pid);
}

static void by_posix_spawn(void)
{
	pid_t pid;
	int err = posix_spawn(&pid, command, NULL, NULL, argv_of, environ);

	if (err)
		app_fail(err, "posix_spawn of %s", command);
	reap(pid);
}

static void by_system(void)
{
	int status = system(command);

	if (status < 0)
		app_fail(errno, "system");
	check(status);
}

static void enter_folder(void)
{
	char path[PATH_MAX + sizeof(folder)];

	if (!realpath("/proc/self/exe", path))
		app_fail(errno, "/proc/self/exe");
	memcpy(strrchr(path, '/') + 1, folder, sizeof(folder));
	if (chdir(path) < 0)
		app_fail(errno, "%s", path);
}

static void run(void (*work)(void))
{
	enter_folder();
	for (uint64_t i = 0; i < app_value("count"); i++)
		work();
}

static const struct app_way ways[] = {
	{"fork_exec", "fork(2) and execve(2)", fork_exec, 0},
	{"vfork_exec", "vfork(2) and execve(2)", vfork_exec, 0},
	{"posix_spawn", "posix_spawn(3)", by_posix_spawn, 0},
	{"system", "system(3): a shell for each", by_system, 0},
	{0},
};

static const struct app_param params[] = {
	{"count", "commands", "1000", NULL, 1, UINT32_MAX},
	{0},
};

static const struct app_setting settings[] = {
	{"count=100", "100 commands"},
	{0},
};

static const struct app app = {
	.name = "spawn",
	.brief = "Runs a command that leaves at once, and checks how it ended",
	.ways = ways,
	.params = params,
	.settings = settings,
	.run = run,
};

int main(int argc, char **argv)
{
	return app_main(&app, argc, argv);
}
