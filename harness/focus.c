/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spends a run's time where it decides most claims: those come first that should be
 * decided soonest, and what they measure anyway costs the others nothing. */
#include "focus.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "judge.h"
#include "units.h"
#include "util.h"

/* A case in a pass, of which a claim wants a rep in each block. */
struct wish {
	size_t kase; /* index into the record */
	enum job_pass pass;
};

/* What is to be expected of a claim. */
struct outlook {
	struct wish *wishes;
	size_t nwishes;
	bool decided;
	bool open;     /* is not, and more blocks of its cases can be had */
	double blocks; /* so many more should decide it; INFINITY: none would */
	bool counted;  /* in the time that all open ones take */
	bool chosen;   /* for the next block */
};

/* Until a first rep has told. */
static const double guessed_s = 0.2;

/* Of the time that is left, so much is planned for: claims that are measured side by side
 * are decided at the same time, which should not be the end, where none may be. */
static const double planned_share = 0.5;

/* Of each case, by pass: what a rep of it takes, s; or how many are planned. */
struct cost {
	double of[JOB_PHASES_PASS + 1];
};

/* ---- what a claim wants */

struct wisher {
	const struct record *r;
	struct outlook *to;
};

static void add_wish(struct outlook *o, size_t kase, enum job_pass pass)
{
	for (size_t i = 0; i < o->nwishes; i++)
		if (o->wishes[i].kase == kase && o->wishes[i].pass == pass)
			return;
	o->wishes = xrealloc(o->wishes, o->nwishes + 1, sizeof(*o->wishes));
	o->wishes[o->nwishes++] = (struct wish){kase, pass};
}

static void wish_for(void *to, const struct claim_case *c)
{
	const struct wisher *w = to;
	const struct kase *k = claims_find(w->r, c->text);

	if (!k || !schedule_alive(k) || (c->phases && !k->nphases)) {
		w->to->open = false;
		return;
	}
	/* Also of what only its phases are wanted: no case is without a time. */
	add_wish(w->to, (size_t)(k - w->r->cases), JOB_TIME);
	if (c->phases)
		add_wish(w->to, (size_t)(k - w->r->cases), JOB_PHASES_PASS);
}

static const struct reps *reps_of(const struct record *r, const struct wish *w)
{
	const struct kase *k = &r->cases[w->kase];

	return w->pass == JOB_TIME ? &k->time : &k->phases;
}

/* Whether some block has reps of all that is wanted: figures should have come of it. */
static bool was_tried(const struct record *r, const struct outlook *o)
{
	const struct reps *first = o->nwishes ? reps_of(r, &o->wishes[0]) : NULL;

	for (size_t i = 0; first && i < first->n; i++) {
		size_t w = 1;

		while (w < o->nwishes &&
		       figures_rep_of_block(reps_of(r, &o->wishes[w]), first->v[i].block))
			w++;
		if (w == o->nwishes)
			return true;
	}
	return false;
}

/* ---- how long it will take */

/* What evidence gains on the average by the sign of one more block, as a logarithm, if
 * that share of all falls on the better side: what the best bet on it gains. */
static double growth(double share)
{
	double other = 1 - share;

	if (share <= 0.5)
		return 0;
	return log(2) + share * log(share) + (other > 0 ? other * log(other) : 0);
}

/* Blocks until evidence that grows so reaches what is wanted. */
static double blocks_until(double wanted, double evidence, double per_block)
{
	double gap = log(wanted) - log(evidence);

	if (gap <= 0)
		return 1;
	return per_block > 0 ? ceil(gap / per_block) : INFINITY;
}

/* As much as may well be: a standard error above what was seen, so that a few blocks of
 * bad luck do not end a claim that another hundred would decide. */
static double share_of(size_t n, size_t better)
{
	double share = ((double)better + 0.5) / ((double)n + 1);

	return fmin(1, share + sqrt(share * (1 - share) / (double)(n + 1)));
}

/* Until all rules hold, or one of them does not. */
static double blocks_needed(const struct judged *v)
{
	double holds = 0, fails = INFINITY,
	       wanted_out = v->wanted * (double)v->claim->nrules;

	for (size_t i = 0; i < v->claim->nrules; i++) {
		const struct judged_rule *j = &v->rules[i];
		size_t n = j->figure.n;
		/* A sign doubles the evidence at the most: with fewer blocks nothing can
		 * have been decided, and nothing is ruled out. */
		bool early = (double)n < log2(v->wanted);
		double in = early ? 1 : share_of(n, j->inside);
		double out = early ? 1 : share_of(n, j->outside);

		holds = fmax(holds, blocks_until(v->wanted, j->evidence_in, growth(in)));
		fails = fmin(fails,
			     blocks_until(wanted_out, j->evidence_out, growth(out)));
	}
	return fmin(holds, fails);
}

static bool has_figures(const struct judged *v)
{
	for (size_t i = 0; i < v->claim->nrules; i++)
		if (!v->rules[i].figure.n)
			return false;
	return true;
}

static void look(const struct record *r, const struct judged *v, struct outlook *out)
{
	struct wisher w = {.r = r, .to = out};

	*out = (struct outlook){.decided = v->verdict != VERDICT_UNDECIDED};
	out->open = !out->decided && !v->unmet;
	claims_each_case(v->claim, wish_for, &w);
	out->open = out->open && out->nwishes && (has_figures(v) || !was_tried(r, out));
	out->blocks = out->open ? blocks_needed(v) : INFINITY;
}

/* ---- what it costs */

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void add_starts(const struct reps *reps, double *to, size_t *n)
{
	for (size_t i = 0; i < reps->n; i++)
		to[(*n)++] = reps->v[i].start_s;
}

/* When each rep of the record began, ascending, and its end; caller frees. */
static double *all_starts(const struct record *r, size_t *n)
{
	size_t most = 1;

	for (size_t i = 0; i < r->ncases; i++)
		most += r->cases[i].time.n + r->cases[i].phases.n + r->cases[i].counts.n;
	double *v = xcalloc(most, sizeof(*v));
	*n = 0;
	for (size_t i = 0; i < r->ncases; i++) {
		add_starts(&r->cases[i].time, v, n);
		add_starts(&r->cases[i].phases, v, n);
		add_starts(&r->cases[i].counts, v, n);
	}
	v[(*n)++] = r->elapsed_s;
	qsort(v, *n, sizeof(*v), by_size);
	return v;
}

/* The median of what reps took until the next began, which counts what a rep does before
 * and after its samples. A guess for what has not run, so that the first block of a short
 * budget is not about all that there is. */
static double rep_seconds(const struct reps *reps, const double *starts, size_t n)
{
	double *took = xcalloc(reps->n, sizeof(*took));

	for (size_t i = 0; i < reps->n; i++) {
		const double *at =
			bsearch(&reps->v[i].start_s, starts, n, sizeof(*at), by_size);

		/* Of several that claim one beginning the last is followed by another. */
		while (at && at + 1 < starts + n && at[1] <= reps->v[i].start_s)
			at++;
		took[i] = at && at + 1 < starts + n ? at[1] - at[0] : 0;
	}
	double median = reps->n ? stats_median(took, reps->n) : guessed_s;
	free(took);
	return median;
}

static struct cost *find_costs(const struct record *r)
{
	size_t n;
	double *starts = all_starts(r, &n);
	struct cost *v = xcalloc(r->ncases, sizeof(*v));

	for (size_t i = 0; i < r->ncases; i++) {
		v[i].of[JOB_TIME] = rep_seconds(&r->cases[i].time, starts, n);
		v[i].of[JOB_PHASES_PASS] = rep_seconds(&r->cases[i].phases, starts, n);
	}
	free(starts);
	return v;
}

/* Seconds until it should be decided, where so many blocks of each case come anyway. */
static double seconds_more(const struct outlook *o, const struct cost *costs,
			   const struct cost *planned)
{
	double sum = 0;

	for (size_t i = 0; i < o->nwishes; i++) {
		const struct wish *w = &o->wishes[i];
		double cost = costs[w->kase].of[w->pass];
		double more = o->blocks - planned[w->kase].of[w->pass];

		sum += more > 0 ? more * cost : 0;
	}
	return sum;
}

/* ---- the choice */

/* The open claim, not yet counted, that adds the least; -1: none has a chance. */
static ptrdiff_t cheapest(const struct outlook *v, size_t n, const struct cost *costs,
			  const struct cost *planned, double *seconds)
{
	ptrdiff_t best = -1;

	for (size_t i = 0; i < n; i++) {
		if (!v[i].open || v[i].counted || isinf(v[i].blocks))
			continue;
		double s = seconds_more(&v[i], costs, planned);

		if (best < 0 || s < *seconds) {
			best = (ptrdiff_t)i;
			*seconds = s;
		}
	}
	return best;
}

/* Chooses claims as long as the time planned for should do for all of them; at least one
 * that has a chance, in the hope that it is decided sooner. The seconds that all open
 * ones need. */
static double choose(const struct record *r, struct outlook *v, size_t n)
{
	struct cost *costs = find_costs(r);
	struct cost *planned = xcalloc(r->ncases, sizeof(*planned));
	double left = planned_share * (r->budget_s - r->elapsed_s), sum = 0, more = 0;
	ptrdiff_t i;
	bool none = true, fits = true;

	while ((i = cheapest(v, n, costs, planned, &more)) >= 0) {
		sum += more;
		fits = fits && (none || sum <= left);
		none = false;
		v[i].counted = true;
		v[i].chosen = fits;
		for (size_t j = 0; j < v[i].nwishes; j++) {
			const struct wish *w = &v[i].wishes[j];
			double *so_many = &planned[w->kase].of[w->pass];

			*so_many = fmax(*so_many, v[i].blocks);
		}
	}
	free(planned);
	free(costs);
	return sum;
}

static unsigned last_block(const struct reps *reps, unsigned begun)
{
	for (size_t i = 0; i < reps->n; i++)
		if (reps->v[i].block + 1 > begun)
			begun = reps->v[i].block + 1;
	return begun;
}

/* Blocks of the time and phases passes go by one count, so that they can be paired. */
static unsigned blocks_begun(const struct record *r)
{
	unsigned begun = 0;

	for (size_t i = 0; i < r->ncases; i++)
		if (!r->cases[i].tool)
			begun = last_block(&r->cases[i].phases,
					   last_block(&r->cases[i].time, begun));
	return begun;
}

/* Fills the block with what chosen claims want of its pass and does not have its number.
 */
static bool fill(const struct record *r, const struct outlook *v, size_t n,
		 struct block *b)
{
	bool *wanted = xcalloc(r->ncases, sizeof(*wanted));

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; v[i].chosen && j < v[i].nwishes; j++) {
			const struct wish *w = &v[i].wishes[j];

			if (w->pass == b->pass &&
			    !figures_rep_of_block(reps_of(r, w), b->number))
				wanted[w->kase] = true;
		}
	for (size_t i = 0; i < r->ncases; i++)
		if (wanted[i])
			b->cases[b->n++] = i;
	free(wanted);
	return b->n > 0;
}

static struct outlook *look_at_all(const struct record *r, const struct claims *claims,
				   size_t *decided)
{
	struct judged *judged = xcalloc(claims->n, sizeof(*judged));
	struct outlook *v = xcalloc(claims->n, sizeof(*v));

	judge(r, claims, judged);
	*decided = 0;
	for (size_t i = 0; i < claims->n; i++) {
		look(r, &judged[i], &v[i]);
		*decided += v[i].decided;
	}
	judged_free(judged, claims->n);
	free(judged);
	return v;
}

static void free_all(struct outlook *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i].wishes);
	free(v);
}

void focus_next(const struct record *r, const struct claims *claims, struct block *out,
		struct focus *at)
{
	struct outlook *v = look_at_all(r, claims, &at->decided);
	unsigned begun = blocks_begun(r);

	at->left_s = choose(r, v, claims->n);
	*out = (struct block){.pass = JOB_PHASES_PASS,
			      .number = begun ? begun - 1 : 0,
			      .cases = xcalloc(r->ncases, sizeof(size_t))};
	if (!begun || !fill(r, v, claims->n, out)) {
		out->pass = JOB_TIME;
		out->number = begun;
		fill(r, v, claims->n, out);
	}
	block_shuffle(out, r->seed);
	free_all(v, claims->n);
}

/* ---- the end */

/* Names of claims, of which only the first are told. */
struct names {
	char *text;
	size_t n;
};

enum { NAMES_TOLD = 12 };

/* Takes the name over. */
static void append(struct names *to, char *name)
{
	if (to->n++ < NAMES_TOLD) {
		char *longer =
			to->text ? xformat("%s, %s", to->text, name) : xstrdup(name);

		free(to->text);
		to->text = longer;
	}
	free(name);
}

/* Warns of those names, if there are any; frees them. */
static void warn_of(struct record *r, const char *what, struct names *names)
{
	if (names->n > NAMES_TOLD)
		record_warn(r, "%zu undecided, %s: %s, and %zu more", names->n, what,
			    names->text, names->n - NAMES_TOLD);
	else if (names->n)
		record_warn(r, "%zu undecided, %s: %s", names->n, what, names->text);
	free(names->text);
}

/* "thread-create (2m05s)" */
static char *with_time(const char *id, double seconds)
{
	char time[32];

	return xformat("%s (%s)", id, units_seconds(seconds, time, sizeof(time)));
}

void focus_warn(struct record *r, const struct claims *claims)
{
	size_t decided;
	struct outlook *v = look_at_all(r, claims, &decided);
	struct names later = {0}, hardly = {0}, never = {0};
	struct cost *costs = find_costs(r), *none = xcalloc(r->ncases, sizeof(*none));

	for (size_t i = 0; i < claims->n; i++) {
		const char *id = claims->v[i].id;

		if (v[i].decided)
			continue;
		if (!v[i].open)
			append(&never, xstrdup(id));
		else if (isinf(v[i].blocks))
			append(&hardly, xstrdup(id));
		else
			append(&later, with_time(id, seconds_more(&v[i], costs, none)));
	}
	warn_of(r, "each for want of about so much time", &later);
	warn_of(r, "near to their bounds, so that more time would hardly do", &hardly);
	warn_of(r, "for what they need was not to be had (`lwpbench verdict` says what)",
		&never);
	free(none);
	free(costs);
	free_all(v, claims->n);
}
