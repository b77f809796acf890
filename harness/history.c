/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts points into series, and keeps to one machine. */
#include "history.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "history_point.h"
#include "util.h"

/* Of another one the costs are others, and so are the ratios. */
static const char *const machine[] = {"cpu.model", "cpu.online", "host.hypervisor",
				      "host.machine"};

/* Of a fact that is shown, and of all that changed at once. */
enum { FACT_MOST = 60, CHANGES_SHOWN = 6 };

static int fail(char **error, int err, char *text)
{
	*error = text;
	return err;
}

static const char *value(const struct facts *host, const char *name)
{
	const struct fact *f = facts_find(host, name);

	return f ? f->value : NULL;
}

/* In what two machines differ, or NULL; what is not known of one is no difference. */
static const char *differ(const struct facts *a, const struct facts *b)
{
	for (size_t i = 0; i < countof(machine); i++) {
		const char *x = value(a, machine[i]), *y = value(b, machine[i]);

		if (x && y && strcmp(x, y) != 0)
			return machine[i];
	}
	return NULL;
}

/* ---- reading */

struct paths {
	char **v;
	size_t n;
};

static bool is_hidden(const char *name)
{
	return name[0] == '.';
}

static bool ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && strcmp(name + n - m, end) == 0;
}

/* The points and results in a folder, by name; links to folders, as `latest`, lead to
 * what is there anyway. 0 or -errno. */
static int find_paths(const char *folder, struct paths *out)
{
	struct dirent **list;
	int n = scandir(folder, &list, NULL, alphasort);

	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		const char *name = list[i]->d_name;
		char *path = xformat("%s/%s", folder, name), *inside = NULL;
		struct stat st;

		if (!is_hidden(name) && lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
			inside = xformat("%s/result.json", path);
		out->v = xrealloc(out->v, out->n + 1, sizeof(*out->v));
		if (inside && access(inside, F_OK) == 0)
			out->v[out->n++] = xstrdup(inside);
		else if (!inside && !is_hidden(name) && ends_in(name, ".json"))
			out->v[out->n++] = xstrdup(path);
		free(inside);
		free(path);
		free(list[i]);
	}
	free(list);
	return 0;
}

static void free_paths(struct paths *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->v[i]);
	free(p->v);
}

/* Cases by text. */
struct index {
	void *root;
};

struct named {
	const char *text;
	size_t i;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->text, ((const struct named *)b)->text);
}

/* The case of that text, made if there is none; cases of a run most often come in the
 * order of those before: `hint`. */
static struct history_case *case_of(struct history *h, struct index *index,
				    const struct history_case *like, size_t hint,
				    size_t room)
{
	struct named wanted = {like->text, 0}, **found, *e;

	if (hint < h->ncases && strcmp(h->cases[hint].text, like->text) == 0)
		return &h->cases[hint];
	found = tfind(&wanted, &index->root, by_text);
	if (found)
		return &h->cases[(*found)->i];
	h->cases = xrealloc(h->cases, h->ncases + 1, sizeof(*h->cases));
	struct history_case *k = &h->cases[h->ncases];
	*k = (struct history_case){.text = xstrdup(like->text),
				   .family = xstrdup(like->family),
				   .unit = xstrdup(like->unit),
				   .floor = xstrdup(like->floor),
				   .higher_is_better = like->higher_is_better,
				   .v = xcalloc(room, sizeof(*k->v))};
	for (size_t i = 0; i < room; i++)
		k->v[i] = (struct history_value){NAN, NAN};
	e = xcalloc(1, sizeof(*e));
	*e = (struct named){k->text, h->ncases++};
	if (!tsearch(e, &index->root, by_text))
		abort(); /* out of memory, which cannot be told by any other way */
	return k;
}

/* What the newest run says of a case holds; what was held against something else is no
 * part of the series. */
static void put(struct history_case *k, const struct history_case *from, size_t run)
{
	if (strcmp(k->floor, from->floor) != 0 || strcmp(k->unit, from->unit) != 0 ||
	    k->higher_is_better != from->higher_is_better) {
		for (size_t i = 0; i < run; i++) {
			k->moved += !isnan(k->v[i].ratio);
			k->v[i] = (struct history_value){NAN, NAN};
		}
		free(k->floor);
		free(k->unit);
		k->floor = xstrdup(from->floor);
		k->unit = xstrdup(from->unit);
		k->higher_is_better = from->higher_is_better;
	}
	k->v[run] = *from->v;
}

static int by_time(const void *a, const void *b)
{
	const struct point *x = a, *y = b;
	int order = strcmp(x->run.started, y->run.started);

	return order ? order : x->run.seed < y->run.seed ? -1 : x->run.seed > y->run.seed;
}

static bool same_run(const struct history_run *a, const struct history_run *b)
{
	return strcmp(a->started, b->started) == 0 && a->seed == b->seed;
}

/* Of points by their time; takes the runs over. */
static void line_up(struct point *v, size_t n, struct history *out)
{
	struct index index = {NULL};

	out->runs = xcalloc(n, sizeof(*out->runs));
	for (size_t i = 0; i < n; i++) {
		struct history_run *last = out->nruns ? &out->runs[out->nruns - 1] : NULL;

		/* A result may lie beside its point, which alone can have a label. */
		if (last && same_run(last, &v[i].run)) {
			if (!last->label) {
				last->label = v[i].run.label;
				v[i].run.label = NULL;
			}
			continue;
		}
		for (size_t j = 0; j < v[i].ncases; j++)
			put(case_of(out, &index, &v[i].cases[j], j, n), &v[i].cases[j],
			    out->nruns);
		out->runs[out->nruns++] = v[i].run;
		v[i].run = (struct history_run){0};
	}
	tdestroy(index.root, free);
}

/* Whether all are of one machine; else -EINVAL. */
static int check_machine(const char *folder, const struct history *h, char **error)
{
	for (size_t i = 1; i < h->nruns; i++) {
		const struct facts *a = &h->runs[i - 1].host, *b = &h->runs[i].host;
		const char *name = differ(a, b);

		if (name)
			return fail(error, -EINVAL,
				    xformat("%s: runs of two machines, a folder each: %s "
					    "is %.60s in %s and %.60s in %s",
					    folder, name, value(a, name),
					    h->runs[i - 1].name, value(b, name),
					    h->runs[i].name));
	}
	return 0;
}

int history_read(const char *folder, struct history *out, char **error)
{
	struct paths paths = {NULL, 0};
	int err = find_paths(folder, &paths);

	*out = (struct history){0};
	if (err)
		return fail(error, err, xformat("%s: %s", folder, strerror(-err)));
	struct point *v = xcalloc(paths.n, sizeof(*v));
	size_t n = 0;
	while (n < paths.n && !err) {
		err = point_read(paths.v[n], &v[n], error);
		n += !err;
	}
	if (!err) {
		qsort(v, n, sizeof(*v), by_time);
		line_up(v, n, out);
		err = check_machine(folder, out, error);
	}
	for (size_t i = 0; i < n; i++)
		point_free(&v[i]);
	free(v);
	free_paths(&paths);
	if (err)
		history_free(out);
	return err;
}

/* ---- keeping */

/* Points that are to be kept. */
struct batch {
	struct point *v;
	bool *old; /* is there already */
	size_t n;
};

/* Whether p goes with a run that is or will be there: 0, -EEXIST if it is that run, or
 * -EINVAL. */
static int goes_with(const struct history_run *run, const struct point *p, char **error)
{
	const char *name = differ(&run->host, &p->run.host);

	if (name)
		return fail(error, -EINVAL,
			    xformat("the run %s is of another machine, which takes a "
				    "folder of its own: %s is %.60s, in %s it is %.60s",
				    p->run.name, name, value(&p->run.host, name),
				    run->name, value(&run->host, name)));
	if (strcmp(run->started, p->run.started) != 0)
		return 0;
	return run->seed == p->run.seed
		       ? -EEXIST
		       : fail(error, -EINVAL,
			      xformat("the run %s began in the same second as another "
				      "one that is there",
				      p->run.name));
}

/* The i-th point of a batch against the history and the points before it. */
static int check_point(const struct history *h, struct batch *b, size_t i, char **error)
{
	for (size_t j = 0; j < h->nruns + i; j++) {
		const struct history_run *run =
			j < h->nruns ? &h->runs[j] : &b->v[j - h->nruns].run;
		int err = goes_with(run, &b->v[i], error);

		if (err == -EEXIST)
			b->old[i] = true;
		else if (err)
			return err;
	}
	return 0;
}

static int write_point(const char *folder, const struct point *p, char **error)
{
	char *path = xformat("%s/%s.json", folder, p->run.name), *text = point_text(p);
	int err = make_dirs(folder);

	if (!err)
		err = write_file(path, text, strlen(text));
	if (err)
		fail(error, err, xformat("%s: %s", path, strerror(-err)));
	free(text);
	free(path);
	return err;
}

static int make_points(const struct record *r, const char *const *names, size_t n,
		       const char *label, const struct history *h, struct batch *b,
		       char **error)
{
	int err = 0;

	for (; b->n < n && !err; b->n += !err) {
		char *why = NULL;

		err = point_of(&r[b->n], label, &b->v[b->n], &why);
		if (err)
			*error = xformat("%s: %s", names[b->n], why);
		free(why);
		if (!err && (err = check_point(h, b, b->n, error)))
			point_free(&b->v[b->n]);
	}
	return err;
}

int history_add(const char *folder, const struct record *r, const char *const *names,
		size_t n, const char *label, size_t *kept, char **error)
{
	struct batch b = {xcalloc(n, sizeof(*b.v)), xcalloc(n, sizeof(*b.old)), 0};
	struct history h = {0};
	int err = 0;

	*kept = 0;
	if (access(folder, F_OK) == 0 && history_read(folder, &h, error) < 0)
		err = -EINVAL;
	if (!err)
		err = make_points(r, names, n, label, &h, &b, error);
	for (size_t i = 0; i < n && !err; i++) {
		if (b.old[i])
			continue;
		err = write_point(folder, &b.v[i], error);
		*kept += !err;
	}
	for (size_t i = 0; i < b.n; i++)
		point_free(&b.v[i]);
	free(b.v);
	free(b.old);
	history_free(&h);
	return err;
}

/* ---- machines */

static void add_change(FILE *f, const char *name, const char *from, const char *to)
{
	fprintf(f, "%s%s %.*s%s → %.*s%s", ftell(f) ? "; " : "", name, FACT_MOST, from,
		strlen(from) > FACT_MOST ? "…" : "", FACT_MOST, to,
		strlen(to) > FACT_MOST ? "…" : "");
}

char *history_host_change(const struct history *h, size_t i)
{
	char *text = NULL;
	size_t size, n = 0;

	if (i == 0 || i >= h->nruns)
		return NULL;
	const struct facts *a = &h->runs[i - 1].host, *b = &h->runs[i].host;
	FILE *f = xmemstream(&text, &size);
	for (size_t j = 0; j < b->n; j++) {
		const char *name = b->v[j].name, *was = value(a, name);

		if (!was || strcmp(was, b->v[j].value) == 0)
			continue;
		if (n++ < CHANGES_SHOWN)
			add_change(f, name, was, b->v[j].value);
	}
	if (n > CHANGES_SHOWN)
		fprintf(f, "; and %zu more", n - CHANGES_SHOWN);
	fclose(f);
	if (n)
		return text;
	free(text);
	return NULL;
}

void history_free(struct history *h)
{
	for (size_t i = 0; i < h->nruns; i++)
		history_run_free(&h->runs[i]);
	for (size_t i = 0; i < h->ncases; i++)
		history_case_free(&h->cases[i]);
	free(h->runs);
	free(h->cases);
	*h = (struct history){0};
}
