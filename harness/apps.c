/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the whole programs and what they can be run as. */
#include "apps.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hyperfine.h"
#include "launch.h"
#include "util.h"

/* ---- launching */

char *apps_last_words(const char *text)
{
	const char *last = "", *own = "";

	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n");

		if (len && !isspace((unsigned char)*line)) {
			last = line;
			if (strncmp(line, "Error:", strlen("Error:")) != 0)
				own = line;
		}
		line += len + (line[len] == '\n');
	}
	const char *words = *own ? own : last;
	int len = (int)strcspn(words, "\n");
	return len ? xformat(": %.*s", len < 160 ? len : 160, words) : xstrdup("");
}

/* NULL if it ended well. */
static char *judge(const char *program, double limit_s, const struct outcome *out,
		   const char *text, enum status *status)
{
	char *words = apps_last_words(text), *why = NULL;
	int code = WEXITSTATUS(out->status);

	*status = STATUS_FAILED;
	if (out->error)
		why = xformat("cannot run %s: %s", program, strerror(out->error));
	else if (out->timed_out)
		why = xformat("still running after %g s: killed", limit_s);
	else if (WIFSIGNALED(out->status))
		why = xformat("killed by SIG%s%s", sigabbrev_np(WTERMSIG(out->status)),
			      words);
	else if (code == HYPERFINE_SKIPPED)
		why = xformat("exit status %d%s", code, words), *status = STATUS_SKIPPED;
	else if (code)
		why = xformat("exit status %d%s", code, words);
	else if (out->strays)
		why = xformat("left %u task%s running: killed", out->strays,
			      out->strays == 1 ? "" : "s");
	else if (gap_seen(&out->gap))
		why = gap_words(&out->gap); /* whichever of its times that has spoilt */
	else
		*status = STATUS_OK;
	free(words);
	return why;
}

static char *all_of(int fd)
{
	char *path = xformat("/proc/self/fd/%d", fd), *text = NULL;

	if (fd < 0 || read_file(path, &text, NULL) < 0)
		text = xstrdup("");
	free(path);
	return text;
}

void apps_launch(const struct apps *a, char *const argv[], double limit_s,
		 struct app_end *end)
{
	int fd = memfd_create("output", MFD_CLOEXEC);
	const struct launch what = {.argv = argv,
				    .job_fd = -1,
				    .out_fd = fd,
				    .variable = a->variable,
				    .limit_s = limit_s,
				    .signal_fd = a->signal_fd};
	struct outcome out;
	int err = launch(&what, &out);

	*end = (struct app_end){
		.status = STATUS_PENDING, .signal = out.signal, .text = all_of(fd)};
	if (err && !out.signal) {
		end->status = STATUS_FAILED;
		end->reason = xformat("cannot start a process: %s", strerror(-err));
	} else if (!out.signal) {
		end->reason = judge(argv[0], limit_s, &out, end->text, &end->status);
	}
	if (fd >= 0)
		close(fd);
}

void app_end_free(struct app_end *end)
{
	free(end->reason);
	free(end->text);
	*end = (struct app_end){0};
}

/* NULL if a hyperfine that says this of its version is new enough. */
static char *judge_version(const char *program, const char *said)
{
	/* -N came with 1.13, --output with 1.14. */
	enum { MAJOR = 1, MINOR = 14 };
	static const char name[] = "hyperfine ";
	char *end;

	if (strncmp(said, name, strlen(name)) != 0)
		return xformat("%s does not say which version of hyperfine it is",
			       program);
	unsigned long major = strtoul(said + strlen(name), &end, 10);
	unsigned long minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;

	if (major > MAJOR || (major == MAJOR && minor >= MINOR))
		return NULL;
	return xformat("hyperfine %lu.%lu is too old: %d.%d or newer is needed", major,
		       minor, MAJOR, MINOR);
}

int apps_check_hyperfine(const struct apps *a, char **error)
{
	char *const argv[] = {(char *)a->hyperfine, (char *)"--version", NULL};
	struct app_end end;

	*error = NULL;
	apps_launch(a, argv, a->limit_s, &end);
	if (end.status == STATUS_OK)
		*error = judge_version(a->hyperfine, end.text);
	else if (!end.signal)
		*error = xformat("%s --version: %s", a->hyperfine, end.reason);
	int signal = end.signal;
	app_end_free(&end);
	return *error ? -ENOTSUP : signal;
}

/* ---- variants */

static void variant_free(struct variant *v)
{
	for (size_t i = 0; i < v->nargs; i++)
		free(v->args[i]);
	free(v->args);
	free(v->program);
	free(v->text);
	free(v->brief);
	free(v->reason);
}

void variants_free(struct variants *v)
{
	for (size_t i = 0; i < v->n; i++)
		variant_free(&v->v[i]);
	free(v->v);
	*v = (struct variants){0};
}

static struct variant *add_variant(struct variants *to, const struct variant *v)
{
	to->v = xrealloc(to->v, to->n + 1, sizeof(*to->v));
	to->v[to->n] = *v;
	return &to->v[to->n++];
}

static void add_argument(struct variant *v, const char *arg)
{
	char *longer = xformat("%s/%s", v->text, arg);

	free(v->text);
	v->text = longer;
	v->args = xrealloc(v->args, v->nargs + 1, sizeof(*v->args));
	v->args[v->nargs++] = xstrdup(arg);
}

/* Adds what a line of --list says; NULL, or what is wrong with it. */
static char *add_line(struct variants *to, const char *folder, const char *name,
		      char *line)
{
	char *brief = strchr(line, '\t'), *save = NULL;

	if (brief)
		*brief++ = 0;
	for (const char *c = line; *c; c++)
		/* A result holds nothing but UTF-8, and would not find the case again. */
		if (!isascii(*c) || iscntrl(*c) || *c == '/')
			return xstrdup("--list: an argument with / or what is no "
				       "printable ASCII character");
	struct variant *v = add_variant(
		to, &(struct variant){.program = xformat("%s/%s", folder, name),
				      .text = xstrdup(name),
				      .brief = brief ? xstrdup(brief) : NULL});
	for (char *w = strtok_r(line, " ", &save); w; w = strtok_r(NULL, " ", &save))
		add_argument(v, w);
	for (size_t i = 0; i + 1 < to->n; i++)
		if (strcmp(to->v[i].text, v->text) == 0)
			return xformat("--list: %s is there twice", v->text);
	return NULL;
}

/* The variants of one program; NULL, or why there are none. */
static char *parse_list(const char *folder, const char *name, char *text,
			struct variants *out)
{
	char *why = NULL;

	for (char *line = text; *line && !why;) {
		size_t len = strcspn(line, "\n");
		bool more = line[len] == '\n';

		line[len] = 0;
		why = add_line(out, folder, name, line);
		line += len + more;
	}
	return why || out->n ? why : xstrdup("--list names no variant");
}

/* Of a program whose list is of no use there is one variant, which cannot be run. The
 * signal that ended it, or 0. */
static int list_program(const struct apps *a, const char *name, struct variants *out)
{
	char *path = xformat("%s/%s", a->programs, name);
	char *const argv[] = {path, (char *)"--list", NULL};
	struct app_end end;

	apps_launch(a, argv, a->limit_s, &end);
	char *why = end.status == STATUS_OK
			    ? parse_list(a->programs, name, end.text, out)
			    : xformat("--list: %s", end.reason ? end.reason : "");
	if (why) {
		variants_free(out);
		add_variant(out, &(struct variant){.text = xstrdup(name), .reason = why});
	}
	int signal = end.signal;
	app_end_free(&end);
	free(path);
	return signal;
}

/* Moves those that are chosen from `all` to `out`; `hits` counts for each of `named`. */
static void choose(struct variants *all, const char *program, const char *const *named,
		   size_t nnamed, size_t *hits, struct variants *out)
{
	for (size_t i = 0; i < all->n; i++) {
		struct variant *v = &all->v[i];
		bool chosen = nnamed == 0;

		for (size_t j = 0; j < nnamed; j++) {
			bool hit = strcmp(named[j], program) == 0 ||
				   fnmatch(named[j], v->text, 0) == 0;

			hits[j] += hit;
			chosen |= hit;
		}
		if (chosen)
			add_variant(out, v);
		else
			variant_free(v);
	}
	free(all->v);
	*all = (struct variants){0};
}

static int is_program_name(const struct dirent *e)
{
	return isalnum((unsigned char)e->d_name[0]);
}

static bool can_run(const char *folder, const char *name)
{
	char *path = xformat("%s/%s", folder, name);
	struct stat st;
	bool can = stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;

	free(path);
	return can;
}

static int find_all(const struct apps *a, const char *const *named, size_t nnamed,
		    size_t *hits, struct variants *out)
{
	struct dirent **names = NULL;
	int n = scandir(a->programs, &names, is_program_name, alphasort), signal = 0;

	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		struct variants all = {0};

		if (!signal && can_run(a->programs, names[i]->d_name)) {
			signal = list_program(a, names[i]->d_name, &all);
			choose(&all, names[i]->d_name, named, nnamed, hits, out);
		}
		free(names[i]);
	}
	free(names);
	return signal;
}

int apps_find(const struct apps *a, const char *const *named, size_t nnamed,
	      struct variants *out, char **error)
{
	size_t *hits = xcalloc(nnamed, sizeof(*hits));

	*out = (struct variants){0};
	int err = find_all(a, named, nnamed, hits, out);
	if (err < 0)
		*error = xformat("%s: %s", a->programs, strerror(-err));
	for (size_t i = 0; i < nnamed && !err; i++) {
		if (hits[i])
			continue;
		*error = xformat("-b %s: no program in %s has that name, nor a variant "
				 "like it",
				 named[i], a->programs);
		err = -ENOENT;
	}
	if (!err && !out->n) {
		*error = xformat("%s: no programs there", a->programs);
		err = -ENOENT;
	}
	free(hits);
	return err;
}

int apps_enter(struct variants *v, struct record *r, char **error)
{
	for (size_t i = 0; i < v->n; i++) {
		struct kase *k = hyperfine_case(r, v->v[i].text);

		if (!k) {
			*error = xformat("%s: the result has a benchmark of that name",
					 v->v[i].text);
			return -EEXIST;
		}
		v->v[i].kase = (size_t)(k - r->cases);
		/* What was wrong then may be mended. */
		if (k->status == STATUS_FAILED || k->status == STATUS_SKIPPED)
			kase_set_status(k, STATUS_PENDING, NULL);
		if (v->v[i].brief) {
			free(k->brief);
			k->brief = xstrdup(v->v[i].brief);
		}
		if (v->v[i].reason)
			kase_set_status(k, STATUS_FAILED, xstrdup(v->v[i].reason));
	}
	return 0;
}
