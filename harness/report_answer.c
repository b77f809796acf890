/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answer: a table, and sentences made of figures that the record has, none of which
 * says more than its interval does. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "figures.h"
#include "fit.h"
#include "report_parts.h"
#include "show.h"
#include "table.h"
#include "units.h"
#include "util.h"

enum { NUMBER = 48, WAYS = 3 };

/* Ways to the same end, by cases from parents that weigh nothing. The last one is a copy
 * of the whole process, which the others are held against. */
struct choice {
	const char *head, *end;
	struct {
		const char *text, *name;
	} ways[WAYS];
};

static const struct choice choices[] = {
	{"a task that exits at once",
	 "To make a task and be rid of it",
	 {{"pthread_create", "a thread (pthread_create)"},
	  {"vfork", "a child that borrows our memory (vfork)"},
	  {"fork", "a process (fork)"}}},
	{"a task that runs another program",
	 "To run another program",
	 {{"posix_spawn", "posix_spawn"},
	  {"vfork_exec", "vfork and exec"},
	  {"fork_exec", "fork and exec"}}},
};

enum side report_side(const struct estimate *ratio)
{
	if (!ratio->n || isnan(ratio->lo) || isnan(ratio->hi))
		return SIDE_UNKNOWN;
	return ratio->hi < 1 ? SIDE_BELOW : ratio->lo > 1 ? SIDE_ABOVE : SIDE_ACROSS;
}

/* The case, if it is timed. */
static const struct kase *timed(const struct record *r, const char *text)
{
	const struct kase *k = record_find(r, text);

	return k && case_is_timed(k) ? k : NULL;
}

static double median_of(const struct kase *k)
{
	return figures_median(&k->time).value;
}

/* Texts for the caller to free. */
static char *amount(double x, const char *unit)
{
	char text[NUMBER];

	return xstrdup(units_format(x, unit, text, sizeof(text)));
}

static char *median_text(const struct kase *k)
{
	return amount(median_of(k), k->unit);
}

/* "14.9 ms [14.1 – 15.8 ms]" */
static char *with_interval(const struct estimate *e, double times, const char *unit)
{
	const struct estimate scaled = {e->value * times, e->lo * times, e->hi * times,
					e->n};
	char *value = amount(scaled.value, unit), *ends = show_interval(&scaled, unit);
	char *both = xformat("%s [%s]", value, ends);

	free(value);
	free(ends);
	return both;
}

/* ---- the table */

static void put(struct table *t, size_t column, char *text)
{
	table_cell(t, column, "%s", text);
	free(text);
}

static void add_way(struct table *t, const char *name, const struct kase *k,
		    const struct kase *whole)
{
	const struct estimate e = figures_median(&k->time);

	table_row(t);
	table_cell(t, 0, "%s", name);
	put(t, 1, show_median(k, &e));
	put(t, 2, show_interval(&e, k->unit));
	if (whole == k) {
		table_cell(t, 3, "1");
	} else if (whole) {
		const struct estimate x = figures_ratio(&k->time, &whole->time);

		put(t, 3, show_ratio(&x));
	}
}

static void show_choice(const struct sheet *s, const struct record *r,
			const struct choice *c)
{
	const char *last = c->ways[WAYS - 1].text;
	char *name = xformat("<%s", c->head), *against = xformat("× %s", last);
	const char *const heads[] = {name, "median", "95 % interval", against};
	struct table t;

	table_init(&t, timed(r, last) ? 4 : 3, heads, s->room);
	for (size_t i = 0; i < WAYS; i++) {
		const struct kase *k = timed(r, c->ways[i].text);

		if (k)
			add_way(&t, c->ways[i].name, k, timed(r, last));
	}
	if (t.rows > 1) {
		sheet_table(s, &t);
		sheet_gap(s);
	}
	table_free(&t);
	free(against);
	free(name);
}

/* ---- sentences */

/* "a process (fork) costs 21 [20, 22] times as much" as the cheapest; caller frees. */
static char *rival(const struct kase *k, const char *name, const struct kase *cheapest)
{
	const struct estimate e = figures_ratio(&k->time, &cheapest->time);
	char *ratio = show_ratio(&e), *text;

	switch (report_side(&e)) {
	case SIDE_ACROSS:
		text = xformat("to %s no difference was seen, a ratio of %s", name,
			       ratio);
		break;
	case SIDE_UNKNOWN:
		text = xformat(
			"%s took %s times as much, from too few reps for an interval",
			name, ratio);
		break;
	default:
		text = xformat("%s costs %s times as much", name, ratio);
	}
	free(ratio);
	return text;
}

/* Which way is the cheapest, and how the others compare. */
static void say_cheapest(const struct sheet *s, const struct record *r,
			 const struct choice *c)
{
	const struct kase *best = NULL;
	const char *name = NULL;
	char *others = xstrdup("");

	for (size_t i = 0; i < WAYS; i++) {
		const struct kase *k = timed(r, c->ways[i].text);

		if (k && (!best || median_of(k) < median_of(best))) {
			best = k;
			name = c->ways[i].name;
		}
	}
	for (size_t i = 0; best && i < WAYS; i++) {
		const struct kase *k = timed(r, c->ways[i].text);

		if (!k || k == best)
			continue;
		char *one = rival(k, c->ways[i].name, best);
		char *more = xformat("%s%s %s", others, *others ? ";" : "", one);

		free(one);
		free(others);
		others = more;
	}
	if (best && *others) {
		char *time = median_text(best);

		sheet_line(s, "%s, %s has the lowest figure, %s:%s.", c->end, name, time,
			   others);
		free(time);
	}
	free(others);
}

/* The one sentence for who reads no more than that. */
static void say_process(const struct sheet *s, const struct record *r)
{
	const struct kase *process = timed(r, "fork"),
			  *thread = timed(r, "pthread_create");

	if (!process || !thread)
		return;
	const struct estimate e = figures_ratio(&process->time, &thread->time);
	char *ratio = show_ratio(&e);
	char *long_time = median_text(process), *time = median_text(thread);

	switch (report_side(&e)) {
	case SIDE_ACROSS:
		sheet_line(s,
			   "Between making a process and making a thread no difference "
			   "was seen here: %s against %s, a ratio of %s.",
			   long_time, time, ratio);
		break;
	case SIDE_UNKNOWN:
		sheet_line(s,
			   "Making a process took %s times as long as making a thread, "
			   "%s against %s, from too few reps for an interval.",
			   ratio, long_time, time);
		break;
	default:
		sheet_line(s,
			   "Making a process costs %s times as much as making a thread "
			   "here: %s against %s.",
			   ratio, long_time, time);
	}
	free(ratio);
	free(long_time);
	free(time);
}

/* The line of a benchmark's plain cases against a weight, or NULL. */
static const struct fit *find_fit(const struct fits *fits, const char *bench,
				  const char *param)
{
	for (size_t i = 0; i < fits->n; i++)
		if (strcmp(fits->v[i].first->text, bench) == 0 &&
		    strcmp(fits->v[i].axis->param, param) == 0)
			return &fits->v[i];
	return NULL;
}

/* What a fork pays for its parent's memory, and whether a thread does. */
static void say_memory(const struct sheet *s, const struct fits *fits)
{
	const struct fit *process = find_fit(fits, "fork", "pages");
	const struct fit *thread = find_fit(fits, "pthread_create", "pages");

	if (!process || fit_shape(process) != FIT_GROWS)
		return;
	char *slope = with_interval(&process->slope, process->axis->per, "ns/op");

	if (thread && fit_shape(thread) == FIT_FLAT)
		sheet_line(s,
			   "Each %s of memory that the parent has touched adds %s to a "
			   "fork; a thread costs the same whatever the parent's size, "
			   "within %.0f %%.",
			   process->axis->per_name, slope, 100 * FIT_LITTLE);
	else
		sheet_line(s,
			   "Each %s of memory that the parent has touched adds %s to a "
			   "fork.",
			   process->axis->per_name, slope);
	free(slope);
}

/* Whether the interval says the same as the estimate where that is no size. */
static bool settled(const struct estimate *x)
{
	if (x->value == 0)
		return x->hi == 0;
	return !isinf(x->value) || isinf(x->lo);
}

/* From which size of the parent on fork and exec costs twice a posix_spawn. */
static void say_spawn(const struct sheet *s, const struct fits *fits)
{
	size_t n;
	struct crossover *all = fit_crossovers(fits, "exec", &n);

	for (size_t i = 0; i < n; i++) {
		const struct crossover *c = &all[i];

		if (strcmp(c->dear->first->text, "fork_exec") != 0 ||
		    strcmp(c->cheap->first->text, "posix_spawn") != 0 ||
		    strcmp(c->dear->axis->param, "pages") != 0 || !settled(&c->x))
			continue;
		char *text = show_crossover(c);

		sheet_line(s, "As the parent's touched memory grows: %s.", text);
		free(text);
	}
	free(all);
}

/* What an idle task of both kinds weighs. */
static void say_weight(const struct sheet *s, const struct record *r)
{
	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];
		const struct kase *process = figures_twin(r, k, "process");
		struct figures f;

		figures_of(r, k, &f);
		if (!case_is_ladder(k) || !f.twin_ratio.n || !process ||
		    strcmp(figures_task(k), "thread") != 0)
			continue;
		char *ratio = show_ratio(&f.twin_ratio), *one = median_text(k);
		char *other = median_text(process);

		if (report_side(&f.twin_ratio) == SIDE_ACROSS)
			sheet_line(
				s,
				"Between the weights of an idle thread, %s, and an idle "
				"process, %s, no difference was seen: a ratio of %s.",
				one, other, ratio);
		else
			sheet_line(s,
				   "An idle thread weighs %s, an idle process %s: %s "
				   "times as "
				   "much.",
				   one, other, ratio);
		free(ratio);
		free(one);
		free(other);
		return;
	}
}

/* The first hand-over that was measured between tasks of both kinds: the process's case,
 * the thread's in *thread; NULL without. */
static const struct kase *find_switch(const struct record *r, const struct kase **thread)
{
	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];

		*thread = figures_twin(r, k, "thread");
		if (case_in_family(k, "switch") && case_is_timed(k) &&
		    figures_twin(r, k, "process") == k && *thread &&
		    case_is_timed(*thread))
			return k;
	}
	return NULL;
}

/* What a hand-over costs, which a long life pays many times. */
static void say_switch(const struct sheet *s, const struct record *r)
{
	const struct kase *thread, *process = find_switch(r, &thread);
	const struct kase *create = timed(r, "pthread_create");

	if (!process)
		return;
	const struct estimate e = figures_ratio(&thread->time, &process->time);
	char *ratio = show_ratio(&e), *one = median_text(thread),
	     *other = median_text(process);

	sheet_line(s,
		   report_side(&e) == SIDE_ACROSS
			   ? "A hand-over takes %s from thread to thread, %s from "
			     "process to "
			     "process, a ratio of %s: no difference was seen (%s)."
			   : "A hand-over takes %s from thread to thread, %s from "
			     "process to "
			     "process: %s times as long (%s).",
		   one, other, ratio, process->text);
	free(ratio);
	free(one);
	free(other);
	if (!create)
		return;
	const struct estimate many = figures_ratio(&create->time, &thread->time);

	ratio = show_ratio(&many);
	sheet_line(s,
		   "Making a thread costs as much as %s such hand-overs from thread to "
		   "thread.",
		   ratio);
	free(ratio);
}

/* Which share of what a thread saves against a fork CLONE_VM alone saves. */
static void say_flag(const struct sheet *s, const struct record *r)
{
	const struct kase *none = timed(r, "clone3"), *vm = timed(r, "clone3/flags=VM"),
			  *all = timed(r, "clone3/flags=pthread");

	if (!none || !vm || !all)
		return;
	const struct estimate gap = figures_ratio(&none->time, &all->time);
	double *shares = xcalloc(none->time.n, sizeof(*shares));
	size_t n = 0;

	for (size_t i = 0; i < none->time.n; i++) {
		const struct rep *with =
			figures_rep_of_block(&vm->time, none->time.v[i].block);
		const struct rep *most =
			figures_rep_of_block(&all->time, none->time.v[i].block);
		double whole = figures_rep_median(&none->time.v[i]);

		if (with && most && whole > figures_rep_median(most))
			shares[n++] = (whole - figures_rep_median(with)) /
				      (whole - figures_rep_median(most));
	}
	const struct estimate e = stats_median_ci(shares, n, FIGURES_LEVEL);

	/* Where nothing is surely saved there is no share of it. */
	if (report_side(&gap) == SIDE_ABOVE && !isnan(e.lo))
		sheet_line(s,
			   "What decides is memory: of what clone3 saves with all flags "
			   "of a "
			   "thread, CLONE_VM alone makes %.1f %% [%.1f, %.1f].",
			   100 * e.value, 100 * e.lo, 100 * e.hi);
	free(shares);
}

void report_answer(const struct sheet *s, const struct record *r)
{
	struct fits fits;

	say_process(s, r);
	for (size_t i = 0; i < countof(choices); i++)
		show_choice(s, r, &choices[i]);
	for (size_t i = 0; i < countof(choices); i++)
		say_cheapest(s, r, &choices[i]);
	fits_of(r, figures_rep_median, &fits);
	say_memory(s, &fits);
	say_spawn(s, &fits);
	fits_free(&fits);
	say_flag(s, r);
	say_switch(s, r);
	say_weight(s, r);
}
