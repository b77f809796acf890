/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rounds of whole programs: all variants in shuffled order, so that drift spreads over
 * them and the ratios within a round mean something. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apps.h"
#include "hyperfine.h"
#include "noise.h"
#include "result.h"
#include "schedule.h"
#include "stats.h"
#include "util.h"

/* The first run after another program's finds the caches full of that one's. */
enum { WARMUPS = 1 };

struct loop {
	const struct apps *a;
	struct variants *v;
	struct record *r;
	double start_s;           /* when this began */
	double spent_s, budget_s; /* of the record, before */
	double reps;
	unsigned rounds_left; /* after this one */
};

static double elapsed(const struct loop *l)
{
	return clock_seconds() - l->start_s;
}

static bool alive(const struct loop *l, const struct variant *v)
{
	enum status s = l->r->cases[v->kase].status;

	return s == STATUS_OK || s == STATUS_PENDING;
}

/* ---- one variant */

/* As a word for hyperfine, which parts its commands as sh(1) does. */
static char *quote(const char *word)
{
	char *quoted = xcalloc(strlen(word) * strlen("'\\''") + sizeof("''"), 1),
	     *to = quoted;

	*to++ = '\'';
	for (; *word; word++) {
		if (*word == '\'')
			to = stpcpy(to, "'\\'");
		*to++ = *word;
	}
	*to = '\'';
	return quoted;
}

static void append(char **line, const char *word)
{
	char *quoted = quote(word), *longer = xformat("%s %s", *line, quoted);

	free(quoted);
	free(*line);
	*line = longer;
}

/* "'PROGRAM' 'VERB' 'ARGUMENT'..."; verb NULL: none. */
static char *command_line(const struct variant *v, const char *verb)
{
	char *line = quote(v->program);

	if (verb)
		append(&line, verb);
	for (size_t i = 0; i < v->nargs; i++)
		append(&line, v->args[i]);
	return line;
}

/* Runs NAME --prepare once; the signal that ended it, or 0. */
static int prepare(const struct loop *l, struct variant *v)
{
	char **argv = xcalloc(v->nargs + 3, sizeof(*argv));
	struct app_end end;

	argv[0] = v->program;
	argv[1] = (char *)"--prepare";
	for (size_t i = 0; i < v->nargs; i++)
		argv[2 + i] = v->args[i];
	apps_launch(l->a, argv, l->a->limit_s, &end);
	v->prepared = end.status == STATUS_OK;
	if (end.status == STATUS_FAILED || end.status == STATUS_SKIPPED)
		kase_set_status(&l->r->cases[v->kase], end.status,
				xformat("--prepare: %s", end.reason));
	int signal = end.signal;
	app_end_free(&end);
	free(argv);
	return signal;
}

/* Has hyperfine run it; what it measured is in `file`. */
static void time_runs(const struct loop *l, const struct variant *v, const char *file,
		      struct app_end *end)
{
	unsigned runs = l->a->runs;
	char *count = xformat("%u", runs), *warmups = xformat("%d", WARMUPS);
	char *before = command_line(v, "--before"), *command = command_line(v, NULL);
	/* What the programs say is seen, and how they end is found in the file. */
	const char *const argv[] = {l->a->hyperfine,
				    "-N",
				    "--style",
				    "none",
				    "--output",
				    "inherit",
				    "-i",
				    "--warmup",
				    warmups,
				    "--runs",
				    count,
				    "-p",
				    before,
				    "--export-json",
				    file,
				    "--command-name",
				    v->text,
				    command,
				    NULL};

	unlink(file);
	apps_launch(l->a, (char *const *)argv, l->a->limit_s * (runs + WARMUPS), end);
	free(count);
	free(warmups);
	free(before);
	free(command);
}

/* The words that hyperfine's figures of a failure lack are those the program said. */
static void explain(struct timing *t, const struct app_end *end)
{
	char *words = apps_last_words(end->text);
	char *reason = t->reason ? xformat("%s%s", t->reason, words) : NULL;

	free(t->reason);
	free(words);
	t->reason = reason;
}

/* Adds what hyperfine wrote, of this variant alone, to its case. */
static void take(const struct loop *l, const struct variant *v, const char *file,
		 const struct app_end *end, const struct rep *where)
{
	struct kase *k = &l->r->cases[v->kase];
	char *text = NULL, *error = NULL;
	struct timings all = {0};
	size_t size = 0;
	int err = read_file(file, &text, &size);

	if (err < 0)
		error = xstrdup(strerror(-err));
	else if (hyperfine_read(text, size, &all, &error) == 0 &&
		 (all.n != 1 || strcmp(all.v[0].command, v->text) != 0))
		error = xstrdup("not the results of this command alone");
	for (size_t i = 0; i < all.n && !error; i++) {
		struct timing *t = &all.v[i];
		const struct job_usage cpu = t->rep.noise.children;

		explain(t, end);
		t->rep.block = where->block;
		t->rep.order = where->order;
		t->rep.start_s = where->start_s;
		t->rep.noise = where->noise;
		t->rep.noise.children = cpu;
		hyperfine_take(k, t);
	}
	if (error)
		kase_set_status(k, STATUS_FAILED,
				xformat("what hyperfine exported: %s", error));
	timings_free(&all);
	free(error);
	free(text);
}

/* A rep of one variant; the signal that ended it, or 0. */
static int run_variant(struct loop *l, struct variant *v, unsigned block, size_t order)
{
	struct rep where = {.block = block,
			    .order = (unsigned)order,
			    .start_s = l->spent_s + elapsed(l)};
	struct noise_probe from, to;
	struct app_end end;

	if (!v->prepared) {
		int stop = prepare(l, v);

		if (stop || !v->prepared)
			return stop;
	}
	char *file = xformat("%s/hyperfine.json", l->a->scratch);
	noise_probe(&from);
	time_runs(l, v, file, &end);
	noise_probe(&to);
	noise_between(&from, &to, -1, &where.noise);
	if (end.status == STATUS_OK) {
		take(l, v, file, &end, &where);
	} else if (!end.signal) {
		kase_set_status(&l->r->cases[v->kase], end.status, end.reason);
		end.reason = NULL;
	}
	l->reps++;
	int signal = end.signal;
	app_end_free(&end);
	free(file);
	return signal;
}

/* ---- rounds */

/* What it took is no part of the time that the result's own run may take. */
static int keep(const struct loop *l)
{
	l->r->elapsed_s = l->spent_s + elapsed(l);
	l->r->budget_s = l->budget_s + elapsed(l);
	return result_write(l->a->result, l->r);
}

static void describe(const struct loop *l, unsigned block, const struct variant *now,
		     size_t left, struct progress_state *s)
{
	*s = (struct progress_state){.what = now ? now->text : NULL,
				     .pass = "programs",
				     .goal = "cases precise",
				     .block = block,
				     .elapsed_s = elapsed(l),
				     .left_s = -1};
	for (size_t i = 0; i < l->v->n; i++) {
		const struct kase *k = &l->r->cases[l->v->v[i].kase];

		s->goals += alive(l, &l->v->v[i]);
		s->done += k->status == STATUS_OK && schedule_precise(l->r, k);
	}
	if (l->reps > 0)
		s->left_s =
			elapsed(l) / l->reps * (double)(left + l->rounds_left * s->goals);
}

/* The signal that ended it, or 0. */
static int run_round(struct loop *l, unsigned block)
{
	size_t *order = xcalloc(l->v->n, sizeof(*order)), n = 0;
	struct rng *g = rng_new(l->a->seed + UINT64_C(1000003) * block);
	struct progress_state s;
	int stop = 0;

	for (size_t i = 0; i < l->v->n; i++)
		if (alive(l, &l->v->v[i]))
			order[n++] = i;
	rng_shuffle(g, order, n);
	rng_free(g);
	for (size_t i = 0; i < n && !stop; i++) {
		struct variant *v = &l->v->v[order[i]];

		describe(l, block, v, n - i, &s);
		progress_step(l->a->progress, &s);
		stop = run_variant(l, v, block, i);
	}
	describe(l, block, NULL, 0, &s);
	progress_block(l->a->progress, &s);
	free(order);
	return stop;
}

int apps_measure(const struct apps *a, struct variants *v, struct record *r)
{
	struct loop l = {.a = a,
			 .v = v,
			 .r = r,
			 .start_s = clock_seconds(),
			 .spent_s = r->elapsed_s,
			 .budget_s = r->budget_s};
	unsigned first = hyperfine_next_block(r);
	/* A folder that cannot be written is better known before the wait. */
	int err = keep(&l), stop = 0;

	for (unsigned i = 0; i < a->rounds && !stop && !err; i++) {
		l.rounds_left = a->rounds - i - 1;
		stop = run_round(&l, first + i);
		err = keep(&l);
	}
	progress_clear(a->progress);
	return err ? err : stop;
}
