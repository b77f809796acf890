/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pass after pass over the cases, a block each, for as long as the contest wants some. */
#include "ab.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ab_pilot.h"
#include "ab_turns.h"
#include "cases.h"
#include "figures.h"
#include "stats.h"
#include "util.h"

/* A pass over cases: which of them, and what becomes of their blocks. */
struct pass {
	const char *name;
	bool (*wants)(const void *to, size_t i);
	void (*take)(void *to, const struct ab_block *b);
	void *to;
};

static void begin(struct engine *e, struct ab *ab, char **error)
{
	const size_t n = ab->r[0].ncases;

	contest_free(&ab->contest);
	free(ab->seconds);
	free(ab->block_s);
	ab->seconds = xcalloc(n, sizeof(*ab->seconds));
	ab->block_s = xcalloc(n, sizeof(*ab->block_s));
	*error = NULL;
	*e = (struct engine){.ab = ab,
			     .start_s = clock_seconds(),
			     .lots = rng_new(ab->seed),
			     .batch = xcalloc(n, sizeof(*e->batch)),
			     .spent_s = xcalloc(n, sizeof(*e->spent_s)),
			     .blocks = xcalloc(n, sizeof(*e->blocks)),
			     .error = error};
}

static void note_end(struct engine *e, struct record *r, int stop)
{
	r->elapsed_s = e->ab->elapsed_s;
	r->blocks = 2 * e->passes;
	r->complete = !stop;
	for (size_t i = 0; i < r->ncases; i++)
		if (r->cases[i].status == STATUS_PENDING && !r->cases[i].reason)
			r->cases[i].reason = xstrdup(
				engine_alive(e, i) ? "not reached before the time was up"
						   : "the other arm could not do it");
}

/* Arm a's command runs a last time, so that the machine is left as base; a signal that
 * ends all else does not keep it from that. */
static int end(struct engine *e, int stop)
{
	int err = stop >= 0 ? turn_before(e, 0, -1) : 0;

	if (stop < 0) {
		char *first = *e->error;

		/* Whatever it says now, it is the first that has ended all. */
		*e->error = NULL;
		turn_before(e, 0, -1);
		free(*e->error);
		*e->error = first;
	}
	e->ab->elapsed_s = engine_elapsed(e);
	for (size_t arm = 0; arm < countof(e->ab->r); arm++)
		note_end(e, &e->ab->r[arm], stop);
	progress_clear(e->ab->progress);
	rng_free(e->lots);
	free(e->batch);
	free(e->spent_s);
	free(e->blocks);
	return err < 0 ? err : stop;
}

/* Block q of a case has its reps as 2q and 2q + 1 in either record. */
static void keep(struct engine *e, size_t i, unsigned pass, size_t place, struct turns *t)
{
	unsigned taken[2] = {0, 0};

	for (size_t turn = 0; turn < AB_TURNS; turn++) {
		bool arm = t->of_b[turn];
		struct kase *k = &e->ab->r[arm].cases[i];

		t->rep[turn].block = 2 * pass + taken[arm]++;
		t->rep[turn].order = (unsigned)(AB_TURNS * place + turn);
		reps_add(&k->time, &t->rep[turn]);
		kase_set_status(k, STATUS_OK, NULL);
	}
}

/* A block of case i, kept in the records; *ok, whether there is one. */
static int block(struct engine *e, size_t i, size_t place, struct ab_block *b, bool *ok)
{
	double figures[AB_TURNS], start = engine_elapsed(e);
	struct turns t;
	int stop = turns_take(e, i, e->ab->rep_s, &t, ok);

	e->ab->seconds[i] += engine_elapsed(e) - start;
	for (size_t turn = 0; turn < AB_TURNS && *ok; turn++) {
		figures[turn] = figures_rep_median(&t.rep[turn]);
		if (figures[turn] > 0)
			continue;
		engine_fail(e, i, t.of_b[turn], STATUS_FAILED,
			    xstrdup("its figure is not above 0"));
		turns_free(&t);
		*ok = false;
	}
	if (!*ok)
		return stop;
	*b = (struct ab_block){.index = i,
			       .d = turns_compare(&e->ab->r[0].cases[i], &t, figures),
			       .seconds = t.seconds};
	e->spent_s[i] += t.seconds;
	e->blocks[i]++;
	keep(e, i, e->passes, place, &t);
	return stop;
}

/* What a block of that case takes, by now. */
static double block_seconds(const struct engine *e, size_t i)
{
	return e->blocks[i] ? e->spent_s[i] / (double)e->blocks[i] : e->ab->block_s[i];
}

/* The cases that a pass would take, in the record's order, and the seconds that this
 * would take in *seconds; returns how many. */
static size_t gather(const struct engine *e, const struct pass *p, size_t *cases,
		     double *seconds)
{
	size_t n = 0;

	*seconds = 0;
	for (size_t i = 0; i < e->ab->r[0].ncases; i++)
		if (engine_alive(e, i) && e->batch[i] && p->wants(p->to, i)) {
			cases[n++] = i;
			*seconds += block_seconds(e, i);
		}
	return n;
}

static size_t decided(const struct ab *ab)
{
	size_t n = 0;

	for (size_t i = 0; i < ab->contest.n; i++)
		n += ab->contest.v[i].answer != CONTEST_INCONCLUSIVE;
	return n;
}

static void describe(const struct engine *e, const struct pass *p, const char *what,
		     struct progress_state *s)
{
	*s = (struct progress_state){.what = what,
				     .pass = p->name,
				     .block = e->passes,
				     .elapsed_s = engine_elapsed(e),
				     .done = decided(e->ab),
				     .goals = e->ab->r[0].ncases,
				     .goal = "cases decided"};
	s->left_s = fmax(0, e->ab->budget_s - s->elapsed_s);
}

/* One pass, if it would end in time; *over, if it would not or there are no cases for it.
 * What has been begun is brought to its end, for half a pass would be no fair look; but
 * for the first, which is tried however little time there is, to have figures at all.
 */
static int run_pass(struct engine *e, const struct pass *p, double until_s, bool *over)
{
	size_t *cases = xcalloc(e->ab->r[0].ncases, sizeof(*cases));
	struct progress_state s;
	double seconds;
	size_t n = gather(e, p, cases, &seconds);
	bool first = !e->passes;
	int stop = 0;

	*over = !n || (!first && engine_elapsed(e) + seconds > until_s);
	if (!*over)
		rng_shuffle(e->lots, cases, n);
	for (size_t at = 0; at < n && !*over && !stop; at++) {
		const struct kase *k = &e->ab->r[0].cases[cases[at]];
		struct ab_block b;
		bool ok;

		describe(e, p, k->text, &s);
		progress_step(e->ab->progress, &s);
		stop = block(e, cases[at], at, &b, &ok);
		if (ok)
			p->take(p->to, &b);
		else if (!stop && e->ab->contest.n)
			contest_drop(&e->ab->contest, cases[at]);
		*over = first && engine_elapsed(e) > e->ab->budget_s;
	}
	if (!*over) {
		describe(e, p, "", &s);
		progress_block(e->ab->progress, &s);
		e->passes++;
	}
	free(cases);
	return stop;
}

static bool wanted(const void *to, size_t i)
{
	return contest_wants(to, i);
}

static void add(void *to, const struct ab_block *b)
{
	contest_add(to, b->index, b->d);
}

/* Passes until the contest's stage is over or the time is. */
static int run_stage(struct engine *e, const char *name, double until_s)
{
	struct contest *c = &e->ab->contest;
	const struct pass p = {.name = name, .wants = wanted, .take = add, .to = c};
	const enum contest_stage stage = c->stage;
	bool over = false;
	int stop = 0;

	while (c->stage == stage && !over && !stop) {
		stop = run_pass(e, &p, until_s, &over);
		if (!over && !stop)
			contest_look(c);
	}
	if (c->stage == stage)
		contest_close(c);
	return stop;
}

/* Blocks of each case that there is time for, if `picked` says which they are. */
static size_t room(const struct engine *e, double seconds,
		   bool (*picked)(const struct contest *c, size_t i))
{
	double pass = 0;

	for (size_t i = 0; i < e->ab->contest.n; i++)
		if (engine_alive(e, i) && picked(&e->ab->contest, i))
			pass += block_seconds(e, i);
	return pass > 0 && seconds > 0 ? (size_t)(seconds / pass) : 0;
}

static bool any(const struct contest *c, size_t i)
{
	(void)c;
	(void)i;
	return true;
}

static bool candidate(const struct contest *c, size_t i)
{
	return c->v[i].side != 0 && !c->v[i].gone;
}

/* Starts the contest. With many cases the decided ones make room for the others, so that
 * there will be more blocks of these than now seem to fit; where the time is up before,
 * the contest takes its last look then.
 */
static void start_contest(struct engine *e, double screen_s)
{
	struct ab *ab = e->ab;
	const size_t n = ab->r[0].ncases;
	const double growth = n > 2 ? 1.5 : 1.1;

	ab->contest.n = n;
	size_t fit = room(e, screen_s, any);
	contest_init(&ab->contest, n, &ab->rule, (size_t)fmax(1, growth * (double)fit));
	for (size_t i = 0; i < n; i++)
		if (!engine_alive(e, i))
			contest_drop(&ab->contest, i);
}

static int decide(struct engine *e)
{
	struct ab *ab = e->ab;
	struct contest *c = &ab->contest;
	double left = ab->budget_s - engine_elapsed(e);
	double screen = left * (1 - contest_reserve(ab->r[0].ncases));

	start_contest(e, screen);
	int stop = run_stage(e, "screening", engine_elapsed(e) + screen);
	size_t most = room(e, ab->budget_s - engine_elapsed(e), candidate);
	if (stop || c->stage != CONTEST_CONFIRMING || !most)
		return stop;
	contest_confirm(c, most);
	return run_stage(e, "confirming", ab->budget_s);
}

int ab_measure(struct ab *ab, char **error)
{
	struct engine e;

	begin(&e, ab, error);
	int stop = ab_pilot(&e);
	if (stop)
		start_contest(&e, 0); /* of which nothing comes, but that is an answer */
	else
		stop = decide(&e);
	return end(&e, stop);
}

/* Whoever is to be told, and what is still to come. */
struct sampling {
	void (*tell)(void *to, const struct ab_block *b);
	void *to;
};

static bool always(const void *to, size_t i)
{
	(void)to;
	(void)i;
	return true;
}

static void pass_on(void *to, const struct ab_block *b)
{
	const struct sampling *s = to;

	s->tell(s->to, b);
}

int ab_sample(struct ab *ab, size_t blocks,
	      void (*tell)(void *to, const struct ab_block *b), void *to, char **error)
{
	struct sampling s = {.tell = tell, .to = to};
	const struct pass p = {
		.name = "sampling", .wants = always, .take = pass_on, .to = &s};
	struct engine e;
	bool over = false;

	begin(&e, ab, error);
	int stop = ab_pilot(&e);
	for (size_t i = 0; i < blocks && !over && !stop; i++)
		stop = run_pass(&e, &p, ab->budget_s, &over);
	return end(&e, stop);
}

void ab_skip_ladders(struct record *r)
{
	for (size_t i = 0; i < r->ncases; i++)
		if (case_is_ladder(&r->cases[i]))
			kase_set_status(&r->cases[i], STATUS_SKIPPED,
					xstrdup("its samples are no times"));
}

void ab_free(struct ab *ab)
{
	contest_free(&ab->contest);
	free(ab->seconds);
	free(ab->block_s);
	for (size_t arm = 0; arm < countof(ab->r); arm++) {
		arm_free(&ab->arm[arm]);
		record_free(&ab->r[arm]);
	}
	*ab = (struct ab){0};
}
