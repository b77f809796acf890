/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the program that tries what tasks share, and reads its lines. */
#include "sharing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launch.h"
#include "util.h"

enum { FIELDS = 5, WRONG_KIND = 2 };

/* Of the whole table: each trial has a much shorter one of its own. */
static const double limit_s = 300;

static const char *const words[] = {
	[SHARING_YES] = "yes",
	[SHARING_NO] = "no",
	[SHARING_NA] = "n/a",
	[SHARING_FAILED] = "failed",
};

const char *sharing_word(enum sharing_answer answer)
{
	return words[answer];
}

void sharing_free(struct sharing *s)
{
	for (size_t i = 0; i < s->nkinds; i++) {
		free(s->kinds[i].name);
		free(s->kinds[i].call);
	}
	for (size_t i = 0; i < s->nrows; i++) {
		struct sharing_row *row = &s->rows[i];

		for (size_t c = 0; c < row->ncells; c++)
			free(row->cells[c].why);
		free(row->cells);
		free(row->id);
		free(row->group);
		free(row->text);
		free(row->note);
	}
	free(s->kinds);
	free(s->rows);
	*s = (struct sharing){0};
}

/* ---- reading: a line cut into fields; each returns NULL, or what is wrong */

static const char *add_kind(struct sharing *s, char *const *field, size_t n)
{
	if (n != 3)
		return "want a kind's name and call";
	if (s->nrows)
		return "a kind after the first row";
	s->kinds = xrealloc(s->kinds, s->nkinds + 1, sizeof(*s->kinds));
	s->kinds[s->nkinds++] = (struct sharing_kind){
		.name = xstrdup(field[1]),
		.call = xstrdup(field[2]),
	};
	return NULL;
}

static bool is_complete(const struct sharing *s)
{
	return s->nrows == 0 || s->rows[s->nrows - 1].ncells == s->nkinds;
}

static const char *add_row(struct sharing *s, char *const *field, size_t n)
{
	if (n != FIELDS)
		return "want a row's id, group, text and note";
	if (!is_complete(s))
		return "the row before it has too few answers";
	s->rows = xrealloc(s->rows, s->nrows + 1, sizeof(*s->rows));
	s->rows[s->nrows++] = (struct sharing_row){
		.id = xstrdup(field[1]),
		.group = xstrdup(field[2]),
		.text = xstrdup(field[3]),
		.note = xstrdup(field[4]),
		.cells = xcalloc(s->nkinds ? s->nkinds : 1, sizeof(struct sharing_cell)),
	};
	return NULL;
}

static const char *add_answer(struct sharing *s, char *const *field, size_t n)
{
	if (n != 3)
		return "want an answer and why";
	if (is_complete(s))
		return "an answer to nothing";
	for (size_t a = 0; a < countof(words); a++) {
		struct sharing_row *row = &s->rows[s->nrows - 1];

		if (strcmp(field[1], words[a]) != 0)
			continue;
		row->cells[row->ncells++] = (struct sharing_cell){
			.answer = (enum sharing_answer)a,
			.why = xstrdup(field[2]),
		};
		return NULL;
	}
	return "no such answer";
}

static const char *add_line(struct sharing *s, char *line)
{
	static const struct {
		const char *name;
		const char *(*add)(struct sharing *, char *const *, size_t);
	} kinds[] = {{"kind", add_kind}, {"row", add_row}, {"answer", add_answer}};
	char *field[FIELDS + 1], *rest = line;
	size_t n = 0;

	while (rest && n < countof(field))
		field[n++] = strsep(&rest, "\t");
	for (size_t i = 0; i < countof(kinds); i++)
		if (strcmp(field[0], kinds[i].name) == 0)
			return kinds[i].add(s, field, n);
	return "no such line";
}

int sharing_parse(const char *text, struct sharing *out, char **error)
{
	char *copy = xstrdup(text), *rest = copy;
	const char *wrong = NULL;
	size_t number = 0;

	*out = (struct sharing){0};
	*error = NULL;
	while (!wrong && *rest) {
		char *line = rest;

		rest += strcspn(rest, "\n");
		if (*rest)
			*rest++ = 0;
		number++;
		wrong = add_line(out, line);
	}
	if (!wrong && (out->nrows == 0 || out->nkinds == 0 || !is_complete(out)))
		wrong = "it ends too early";
	free(copy);
	if (!wrong)
		return 0;
	*error = xformat("line %zu of what was found out: %s", number, wrong);
	sharing_free(out);
	return -EINVAL;
}

/* ---- running */

/* Its complaint, without its name before it; caller frees. */
static char *complaint(const char *text)
{
	static const char prefix[] = "sharing: ";
	const char *at = strstr(text, prefix);

	at = at ? at + strlen(prefix) : text;
	return xstrndup(at, strcspn(at, "\n"));
}

static int judge(const char *program, const struct outcome *end, const char *text,
		 struct sharing *out, char **error)
{
	if (end->error)
		*error = xformat("cannot run %s: %s", program, strerror(end->error));
	else if (end->timed_out)
		*error =
			xformat("%s: still running after %g s: killed", program, limit_s);
	else if (WIFSIGNALED(end->status))
		*error = xformat("%s: killed by SIG%s", program,
				 sigabbrev_np(WTERMSIG(end->status)));
	else if (WEXITSTATUS(end->status))
		*error = complaint(text);
	else if (end->strays)
		*error = xformat("%s: left tasks running: killed", program);
	else
		return sharing_parse(text, out, error) < 0 ? -EPROTO : 0;
	return WIFEXITED(end->status) && WEXITSTATUS(end->status) == WRONG_KIND ? -EINVAL
										: -ECHILD;
}

/* A job only for what has to be removed should the program be killed. */
static struct job *map_job(int fd)
{
	void *at = MAP_FAILED;

	if (fd >= 0 && ftruncate(fd, sizeof(struct job)) == 0)
		at = mmap(NULL, sizeof(struct job), PROT_READ | PROT_WRITE, MAP_SHARED,
			  fd, 0);
	return at == MAP_FAILED ? NULL : at;
}

static int run(const struct launch *what, struct sharing *out, char **error)
{
	char *path = xformat("/proc/self/fd/%d", what->out_fd), *text = NULL;
	struct outcome end;
	int err = launch(what, &end);

	if (!err)
		err = read_file(path, &text, NULL);
	if (end.signal)
		err = end.signal;
	else if (err)
		*error = xformat("%s: %s", what->argv[0], strerror(-err));
	else
		err = judge(what->argv[0], &end, text, out, error);
	free(path);
	free(text);
	return err;
}

int sharing_run(const char *program, const char *const *kinds, size_t n, int signal_fd,
		struct sharing *out, char **error)
{
	char **argv = xcalloc(n + 4, sizeof(*argv));
	int said = memfd_create("output", MFD_CLOEXEC);
	int asked = memfd_create("job", MFD_CLOEXEC);
	struct job *job = map_job(asked);
	char *fd = xformat("%d", LAUNCH_JOB_FD);
	int err = -errno;

	*out = (struct sharing){0};
	*error = NULL;
	argv[0] = (char *)program;
	argv[1] = (char *)"--job";
	argv[2] = fd;
	for (size_t i = 0; i < n; i++)
		argv[3 + i] = (char *)kinds[i];
	const struct launch what = {.argv = argv,
				    .job_fd = asked,
				    .out_fd = said,
				    .limit_s = limit_s,
				    .signal_fd = signal_fd,
				    .job = job};
	if (said < 0 || !job)
		*error = xformat("no memory to share: %s", strerror(-err));
	else
		err = run(&what, out, error);
	if (job)
		munmap(job, sizeof(*job));
	if (asked >= 0)
		close(asked);
	if (said >= 0)
		close(said);
	free(fd);
	free(argv);
	return err;
}
