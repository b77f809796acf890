/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs gnuplot: starts it, waits for it, and takes its picture and its last words. */
#include "gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plot_data.h"
#include "util.h"

/* Where posix_spawn(3) cannot report that exec failed, the child exits with this. */
enum { SPAWN_FAILED = 127, ARGUMENTS = 16 };

static int fail(char **error, int err, char *text)
{
	*error = text;
	return err;
}

static int no_gnuplot(char **error)
{
	return fail(error, -ENOENT,
		    xstrdup("gnuplot is missing: scripts/deps installs it"));
}

int gnuplot_file(const char *text, size_t size)
{
	int fd = memfd_create("lwpbench-plot", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	for (size_t done = 0; done < size;) {
		ssize_t n = write(fd, text + done, size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			int err = -errno;
			close(fd);
			return err;
		}
		done += (size_t)n;
	}
	return fd;
}

char *gnuplot_path(int fd, char buf[GNUPLOT_PATH])
{
	snprintf(buf, GNUPLOT_PATH, "/proc/self/fd/%d", fd);
	return buf;
}

/* Both stay open in gnuplot under their numbers: of a file that is put in its own place
 * posix_spawn(3) takes close-on-exec away. */
static int set_up(posix_spawn_file_actions_t *actions, int data, int out, int errors)
{
	int err = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);

	if (!err)
		err = posix_spawn_file_actions_addopen(actions, 1, "/dev/null", O_WRONLY,
						       0);
	if (!err)
		err = posix_spawn_file_actions_adddup2(actions, errors, 2);
	if (!err)
		err = posix_spawn_file_actions_adddup2(actions, data, data);
	if (!err)
		err = posix_spawn_file_actions_adddup2(actions, out, out);
	return err;
}

static int spawn(struct gnuplot *g, const char *const args[], int data, int errors)
{
	const char *argv[ARGUMENTS] = {"gnuplot", "-d", "-c"};
	posix_spawn_file_actions_t actions;
	int err = posix_spawn_file_actions_init(&actions);

	if (err)
		return -err;
	for (size_t i = 0; args[i] && i + 4 < ARGUMENTS; i++)
		argv[i + 3] = args[i];
	err = set_up(&actions, data, g->out, errors);
	if (!err)
		err = posix_spawnp(&g->pid, argv[0], &actions, NULL, (char *const *)argv,
				   environ);
	posix_spawn_file_actions_destroy(&actions);
	return -err;
}

int gnuplot_start(struct gnuplot *g, const char *const args[], int data, char **error)
{
	int fds[2], err;

	if (pipe2(fds, O_CLOEXEC) < 0) {
		err = fail(error, -errno, xformat("pipe: %s", strerror(errno)));
		close(g->out);
		return err;
	}
	err = spawn(g, args, data, fds[1]);
	close(fds[1]);
	g->errors = fds[0];
	if (!err)
		return 0;
	close(g->out);
	close(fds[0]);
	if (err == -ENOENT)
		return no_gnuplot(error);
	return fail(error, err, xformat("gnuplot: %s", strerror(-err)));
}

/* The last line of what comes down fd that says something; caller frees. */
static char *last_line(int fd)
{
	FILE *in = fdopen(fd, "r");
	char *line = NULL, *last = xstrdup("it gave no reason");
	size_t size = 0;

	if (!in) {
		close(fd);
		return last;
	}
	while (getline(&line, &size, in) >= 0) {
		line[strcspn(line, "\n")] = 0;
		if (line[strspn(line, " \t^")] == 0)
			continue;
		free(last);
		last = plot_plain(line);
	}
	free(line);
	fclose(in);
	return last;
}

/* What went wrong, from what waitpid(2) gave and the last words of gnuplot. */
static int judge(int status, const char *reason, char **error)
{
	if (WIFSIGNALED(status))
		return fail(error, -EIO,
			    xformat("gnuplot was killed by signal %d", WTERMSIG(status)));
	if (WEXITSTATUS(status) == SPAWN_FAILED)
		return no_gnuplot(error);
	if (WEXITSTATUS(status) != 0)
		return fail(error, -EIO, xformat("gnuplot failed: %s", reason));
	return 0;
}

static int take_picture(int fd, char **text, size_t *size, char **error)
{
	struct stat st;
	size_t done = 0;

	if (fstat(fd, &st) < 0 || st.st_size == 0)
		return fail(error, -EIO, xstrdup("gnuplot drew nothing"));
	*size = (size_t)st.st_size;
	*text = xcalloc(*size + 1, 1);
	while (done < *size) {
		ssize_t n = pread(fd, *text + done, *size - done, (off_t)done);

		if (n <= 0)
			break;
		done += (size_t)n;
	}
	*size = done;
	return 0;
}

int gnuplot_finish(struct gnuplot *g, char **text, size_t *size, char **error)
{
	char *reason = last_line(g->errors);
	int status = 0, err;

	while (waitpid(g->pid, &status, 0) < 0 && errno == EINTR)
		;
	err = judge(status, reason, error);
	if (!err)
		err = take_picture(g->out, text, size, error);
	close(g->out);
	free(reason);
	return err;
}
