/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures: has gnuplot draw each one's data by its template, without any shell. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"
#include "plot.h"
#include "plot_data.h"
#include "util.h"

/* Where posix_spawn(3) cannot report that exec failed, the child exits with this. */
enum { SPAWN_FAILED = 127 };

/* What is the same for all pictures of one call. */
struct drawing {
	const struct record *r;
	char *outdir; /* absolute, so that gnuplot never takes it for a pipe */
	char *style;  /* path of the shared style */
	char *machine, *when;
	bool svg, png;
	void (*made)(const char *path);
	char **error;
};

static int fail(char **error, int err, char *text)
{
	*error = text;
	return err;
}

/* Writes the picture's data to `path`; 1 if there was any, 0 if not, or -errno. */
static int write_data(const struct drawing *d, const struct picture *p, const char *path)
{
	char *text = NULL;
	size_t size = 0, rows;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return -errno;
	fprintf(out, "# lwpbench: %s\n# %s\n# %s\n", p->title, d->machine, d->when);
	fprintf(out, "# columns, parted by tabs: %s\n", p->columns);
	rows = p->write(d->r, out);
	int err = fclose(out) == 0 ? 0 : -errno;
	if (!err && rows)
		err = write_file(path, text, size);
	free(text);
	return err ? err : rows > 0;
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

static int no_gnuplot(char **error)
{
	return fail(error, -ENOENT,
		    xstrdup("gnuplot is missing: scripts/deps installs it"));
}

/* Starts gnuplot without any shell, its stderr into `err_fd`; 0 or -errno. */
static int start(const char *const argv[], int err_fd, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int err = posix_spawn_file_actions_init(&actions);

	if (err)
		return -err;
	err = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	if (!err)
		err = posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY,
						       0);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&actions, err_fd, 2);
	if (!err)
		err = posix_spawnp(pid, argv[0], &actions, NULL, (char *const *)argv,
				   environ);
	posix_spawn_file_actions_destroy(&actions);
	return -err;
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

static int run_gnuplot(const char *const argv[], char **error)
{
	int fds[2], status = 0, err;
	pid_t pid = -1;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return fail(error, -errno, xformat("pipe: %s", strerror(errno)));
	err = start(argv, fds[1], &pid);
	close(fds[1]);
	if (err) {
		close(fds[0]);
		if (err == -ENOENT)
			return no_gnuplot(error);
		return fail(error, err, xformat("gnuplot: %s", strerror(-err)));
	}
	char *reason = last_line(fds[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	err = judge(status, reason, error);
	free(reason);
	return err;
}

static int draw(const struct drawing *d, const struct picture *p, const char *data,
		const char *format)
{
	char *name = xformat("plots/%s.gp", p->name);
	char *template = find_own(name);
	char *out = xformat("%s/%s.%s", d->outdir, p->name, format);
	char *half =
		xformat("%s.new", out); /* an old picture stays until this is whole */
	int err;

	if (template) {
		const char *const argv[] = {"gnuplot", "-d",       "-c",    d->style,
					    template,  format,     data,    half,
					    p->title,  d->machine, d->when, NULL};

		err = run_gnuplot(argv, d->error);
	} else {
		err = fail(d->error, -EIO, xformat("%s is missing: install again", name));
	}
	if (!err && rename(half, out) < 0)
		err = fail(d->error, -errno, xformat("%s: %s", out, strerror(errno)));
	if (err)
		unlink(half);
	else if (d->made)
		d->made(out);
	free(half);
	free(out);
	free(template);
	free(name);
	return err;
}

static int make_picture(const struct drawing *d, const struct picture *p)
{
	char *data = xformat("%s/%s.dat", d->outdir, p->name);
	int got = write_data(d, p, data), err = 0;

	if (got < 0)
		err = fail(d->error, got, xformat("%s: %s", data, strerror(-got)));
	if (got > 0 && d->svg)
		err = draw(d, p, data, "svg");
	if (got > 0 && d->png && !err)
		err = draw(d, p, data, "png");
	free(data);
	return err;
}

static char *take_plain(char *text)
{
	char *s = plot_plain(text);

	free(text);
	return s;
}

static int parse_formats(const char *formats, struct drawing *d)
{
	char *copy = xstrdup(formats), *rest = copy, *one;
	int err = 0;

	while (!err && (one = strsep(&rest, ","))) {
		if (strcmp(one, "svg") == 0)
			d->svg = true;
		else if (strcmp(one, "png") == 0)
			d->png = true;
		else
			err = fail(d->error, -EINVAL,
				   xformat("format '%s': want svg, png or svg,png", one));
	}
	free(copy);
	return err;
}

/* Makes the folder and finds its path and the style's. */
static int find_places(struct drawing *d, const char *outdir)
{
	int err = make_dirs(outdir);

	if (!err && !(d->outdir = realpath(outdir, NULL)))
		err = -errno;
	if (err)
		return fail(d->error, err, xformat("%s: %s", outdir, strerror(-err)));
	d->style = find_own("plots/style.gp");
	if (!d->style)
		return fail(d->error, -EIO,
			    xstrdup("plots/style.gp is missing: install again"));
	return 0;
}

int plot_record(const struct record *r, const char *outdir, const char *formats,
		void (*made)(const char *path), char **error)
{
	struct drawing d = {.r = r, .made = made, .error = error};
	int err;

	*error = NULL;
	err = parse_formats(formats, &d);
	if (!err)
		err = find_places(&d, outdir);
	if (!err) {
		d.machine = take_plain(host_title(&r->host));
		d.when = plot_plain(r->started);
	}
	for (const struct picture *p = plot_pictures; p->name && !err; p++)
		err = make_picture(&d, p);
	free(d.outdir);
	free(d.style);
	free(d.machine);
	free(d.when);
	return err;
}
