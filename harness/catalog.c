/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the benchmark programs of a folder and reads their --describe. */
#include "catalog.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launch.h"
#include "util.h"

enum { FIELDS = 8 };

/* A program that does not say what it is within this time never will. */
static const double describe_limit_s = 10;

void bench_info_free(struct bench_info *b)
{
	free(b->path);
	free(b->name);
	free(b->brief);
	free(b->family);
	free(b->unit);
	free(b->floor);
	free(b->base);
	free(b->kase);
	for (size_t i = 0; i < b->nparams; i++) {
		struct bench_param *p = &b->params[i];

		free(p->name);
		free(p->type);
		free(p->def);
		free(p->value);
		free(p->unit);
		free(p->choices);
		free(p->brief);
	}
	free(b->params);
	for (size_t i = 0; i < b->nphases; i++)
		free(b->phases[i]);
	free(b->phases);
	gauges_free(b->gauges, b->ngauges);
	*b = (struct bench_info){0};
}

void catalog_free(struct catalog *c)
{
	for (size_t i = 0; i < c->n; i++)
		bench_info_free(&c->v[i]);
	free(c->v);
	*c = (struct catalog){0};
}

static void replace(char **to, const char *text)
{
	free(*to);
	*to = xstrdup(text);
}

static void add_param(struct bench_info *b, char *const f[FIELDS])
{
	b->params = xrealloc(b->params, b->nparams + 1, sizeof(*b->params));
	b->params[b->nparams++] = (struct bench_param){
		.name = xstrdup(f[1]),
		.type = xstrdup(f[2]),
		.def = xstrdup(f[3]),
		.value = xstrdup(f[4]),
		.unit = xstrdup(f[5]),
		.choices = xstrdup(f[6]),
		.brief = xstrdup(f[7]),
	};
}

static int add_gauge(struct bench_info *b, char *const f[FIELDS])
{
	if (b->ngauges == JOB_GAUGES)
		return -EINVAL;
	b->gauges = xrealloc(b->gauges, b->ngauges + 1, sizeof(*b->gauges));
	b->gauges[b->ngauges++] = (struct gauge){
		.name = xstrdup(f[1]),
		.unit = xstrdup(f[2]),
		.brief = xstrdup(f[3]),
	};
	return 0;
}

/* One line: a key and its tab separated fields. */
static int parse_line(struct bench_info *b, char *line)
{
	char *f[FIELDS] = {0};
	size_t n = 0;

	for (char *at = line; at && n < FIELDS;)
		f[n++] = strsep(&at, "\t");
	if (n == FIELDS && strcmp(f[0], "param") == 0) {
		add_param(b, f);
		return 0;
	}
	if (n == 4 && strcmp(f[0], "gauge") == 0)
		return add_gauge(b, f);
	if (n != 2)
		return -EINVAL;
	if (strcmp(f[0], "phase") == 0) {
		if (b->nphases == JOB_PHASES)
			return -EINVAL;
		b->phases = xrealloc(b->phases, b->nphases + 1, sizeof(*b->phases));
		b->phases[b->nphases++] = xstrdup(f[1]);
		return 0;
	}
	const struct {
		const char *key;
		char **to;
	} keys[] = {{"bench", &b->name}, {"brief", &b->brief}, {"family", &b->family},
		    {"unit", &b->unit},  {"floor", &b->floor}, {"base", &b->base},
		    {"case", &b->kase}};
	for (size_t i = 0; i < countof(keys); i++) {
		if (strcmp(f[0], keys[i].key) == 0) {
			replace(keys[i].to, f[1]);
			return 0;
		}
	}
	return -EINVAL;
}

int catalog_parse(char *text, struct bench_info *out)
{
	char *at = text;

	*out = (struct bench_info){0};
	for (char *line; (line = strsep(&at, "\n")) && (at || *line);)
		if (parse_line(out, line) < 0)
			return -EINVAL;
	return out->name && out->brief && out->family && out->unit && out->floor &&
			       out->base && out->kase
		       ? 0
		       : -EINVAL;
}

/* What a program that ended with `out` had to say: its last line, without its own name.
 */
static char *complaint(const char *path, const struct outcome *out, char *text)
{
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	size_t len = strlen(text);

	if (out->error)
		return xformat("cannot run %s: %s", path, strerror(out->error));
	if (out->timed_out)
		return xformat("%s: did not answer --describe within %g s", path,
			       describe_limit_s);
	while (len && text[len - 1] == '\n')
		text[--len] = 0;
	const char *line = strrchr(text, '\n') ? strrchr(text, '\n') + 1 : text;
	if (WIFEXITED(out->status) && WEXITSTATUS(out->status) == 2 && *line)
		return xstrdup(line);
	return xformat("%s is no benchmark: it does not understand --describe", base);
}

/* Runs argv with its output in *text (caller frees); NULL on an error of ours. */
static int capture(char *const *argv, struct outcome *out, char **text)
{
	int fd = memfd_create("describe", MFD_CLOEXEC);

	*text = NULL;
	if (fd < 0)
		return -errno;
	const struct launch what = {.argv = argv,
				    .job_fd = -1,
				    .out_fd = fd,
				    .limit_s = describe_limit_s,
				    .signal_fd = -1};
	int err = launch(&what, out);
	if (!err) {
		char *path = xformat("/proc/self/fd/%d", fd);

		err = read_file(path, text, NULL);
		free(path);
	}
	close(fd);
	return err;
}

int catalog_describe(const char *path, char *const *params, size_t nparams,
		     struct bench_info *out, char **error)
{
	char **argv = xcalloc(nparams + 3, sizeof(*argv));
	struct outcome end = {0};
	char *text;

	*out = (struct bench_info){0};
	argv[0] = (char *)path;
	argv[1] = (char *)"--describe";
	for (size_t i = 0; i < nparams; i++)
		argv[2 + i] = params[i];
	int err = capture(argv, &end, &text);
	free(argv);
	if (!text) {
		*error = xformat("cannot run %s: %s", path, strerror(-err));
	} else if (end.error || end.status != 0) {
		*error = complaint(path, &end, text);
		err = -EINVAL;
	} else if (catalog_parse(text, out) < 0) {
		*error = xformat("%s: its --describe cannot be read", path);
		err = -EINVAL;
	}
	free(text);
	if (err)
		bench_info_free(out);
	else
		out->path = xstrdup(path);
	return err;
}

static int is_program(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

int catalog_load(const char *folder, struct catalog *out, char **error)
{
	struct dirent **names;
	int n = scandir(folder, &names, is_program, alphasort);

	*out = (struct catalog){0};
	if (n < 0) {
		*error = xformat("no benchmarks in %s: %s", folder, strerror(errno));
		return -ENOENT;
	}
	out->v = xcalloc((size_t)n, sizeof(*out->v));
	for (int i = 0; i < n; i++) {
		char *path = xformat("%s/%s", folder, names[i]->d_name), *why = NULL;
		struct stat st;

		if (stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
		    access(path, X_OK) == 0) {
			if (catalog_describe(path, NULL, 0, &out->v[out->n], &why) == 0)
				out->n++;
			else
				warn("%s", why);
		}
		free(why);
		free(path);
		free(names[i]);
	}
	free(names);
	return 0;
}
