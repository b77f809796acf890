/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs block after block of reps and keeps what they say. */
#include "measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "case_rep.h"
#include "focus.h"
#include "result.h"
#include "schedule.h"
#include "util.h"

/* A rep is short, so that many fit into a run: processes differ more than samples of one
 * do. */
static const double rep_s = 0.05;
enum { MAX_SAMPLES = 128, MIN_SAMPLES = 3 };

/* How often the result is kept while the run goes on. */
static const double keep_every_s = 15;

static const char *const pass_names[] = {
	[JOB_TIME] = "time",
	[JOB_PHASES_PASS] = "phases",
	[JOB_EVENTS_PASS] = "events",
};

/* The loop's own state. */
struct loop {
	const struct measure *m;
	struct record *r;
	double start_s; /* of this invocation, minus what earlier ones took */
	double kept_s;
	double reps, reps_s; /* how many, and how long they took together */
	struct focus focus;  /* of a run about claims */
};

static double elapsed(const struct loop *l)
{
	return clock_seconds() - l->start_s;
}

static void take(struct loop *l, struct kase *k, const struct block *b,
		 struct rep_answer *a)
{
	if (a->status != STATUS_OK) {
		char *reason = a->reason;

		if (b->pass != JOB_TIME && reason) {
			reason = xformat("in the %s pass: %s", pass_names[b->pass],
					 a->reason);
			free(a->reason);
		}
		kase_set_status(k, a->status, reason);
		return;
	}
	free(k->note);
	k->note = a->note;
	if (b->pass == JOB_EVENTS_PASS)
		case_rep_settle(k, l->m->events, a);
	struct reps *to = b->pass == JOB_TIME          ? &k->time
			  : b->pass == JOB_PHASES_PASS ? &k->phases
						       : &k->counts;
	reps_add(to, &a->rep);
	kase_set_status(k, STATUS_OK, NULL);
	record_clock(l->r, a->clock_cost, a->clock_step);
}

/* The batch that the pilot of the first rep picked serves all: reps must be alike. */
static uint64_t batch_of(const struct kase *k, enum job_pass pass)
{
	if (pass == JOB_PHASES_PASS)
		return 1;
	if (k->time.n == 0)
		return 0;
	return k->time.v[0].batch / k->time.v[0].scale;
}

/* Runs the rep of one case; the signal that stopped it, or 0. */
static int run_case(struct loop *l, const struct block *b, size_t order)
{
	struct kase *k = &l->r->cases[b->cases[order]];
	const struct rep_ask ask = {.pass = b->pass,
				    .batch = batch_of(k, b->pass),
				    .rep_s = rep_s,
				    .max_samples = MAX_SAMPLES,
				    .min_samples = MIN_SAMPLES,
				    .limit_s = l->m->limit_s,
				    .events = l->m->events,
				    .signal_fd = l->m->signal_fd};
	struct rep_answer a;
	double start = elapsed(l);

	case_rep_run(k, l->m->benches, l->m->topology, &ask, &a);
	a.rep.block = b->number;
	a.rep.order = (unsigned)order;
	a.rep.start_s = start;
	l->reps++;
	l->reps_s += elapsed(l) - start;
	case_rep_warn(k, &a, l->r);
	if (!a.signal)
		take(l, k, b, &a);
	return a.signal;
}

/* Seconds until all cases should be precise, at most what the budget leaves. */
static double time_left(const struct loop *l)
{
	double budget = l->r->budget_s - elapsed(l), reps = 0;

	for (size_t i = 0; i < l->r->ncases; i++) {
		const struct kase *k = &l->r->cases[i];
		size_t need = schedule_reps_needed(l->r, k);

		if (k->status == STATUS_PENDING || (k->status == STATUS_OK && !need))
			return budget > 0 ? budget : 0;
		if (k->status == STATUS_OK && !schedule_precise(l->r, k))
			reps += (double)(need > k->time.n ? need - k->time.n : 1);
	}
	double guess = l->reps > 0 ? reps * l->reps_s / l->reps : 0;
	return budget < 0 ? 0 : guess < budget ? guess : budget;
}

/* Cases precise, and when all of them should be. */
static void describe_precision(const struct loop *l, struct progress_state *s)
{
	s->goal = "cases precise";
	s->goals = l->r->ncases;
	s->left_s = time_left(l);
	for (size_t i = 0; i < l->r->ncases; i++)
		s->done += l->r->cases[i].status == STATUS_OK &&
			   schedule_precise(l->r, &l->r->cases[i]);
}

/* As of the block's beginning: judging takes longer than a look at the clock. */
static void describe_claims(const struct loop *l, struct progress_state *s)
{
	double budget = fmax(0, l->r->budget_s - s->elapsed_s);

	s->goal = "claims decided";
	s->goals = l->m->claims->n;
	s->done = l->focus.decided;
	s->left_s = fmin(l->focus.left_s, budget);
}

static void describe(const struct loop *l, const struct block *b, size_t order,
		     struct progress_state *s)
{
	*s = (struct progress_state){
		.what = order < b->n ? l->r->cases[b->cases[order]].text : NULL,
		.pass = pass_names[b->pass],
		.block = b->number,
		.elapsed_s = elapsed(l),
	};
	if (l->m->claims)
		describe_claims(l, s);
	else
		describe_precision(l, s);
}

static int keep(struct loop *l)
{
	l->r->elapsed_s = elapsed(l);
	l->kept_s = l->r->elapsed_s;
	return l->m->folder ? result_write(l->m->folder, l->r) : 0;
}

/* One block, or what of it fits into the budget; *over tells which. */
static int run_block(struct loop *l, const struct block *b, bool *over)
{
	struct progress_state s;

	for (size_t i = 0; i < b->n; i++) {
		*over = elapsed(l) >= l->r->budget_s;
		if (*over)
			return 0;
		describe(l, b, i, &s);
		progress_step(l->m->progress, &s);
		int stop = run_case(l, b, i);
		if (stop)
			return stop;
		if (elapsed(l) - l->kept_s > keep_every_s) {
			int err = keep(l);

			if (err)
				return err;
		}
	}
	if (b->pass == JOB_TIME)
		l->r->blocks = b->number + 1;
	describe(l, b, b->n, &s);
	progress_block(l->m->progress, &s);
	return 0;
}

static void pick(struct loop *l, struct block *b)
{
	l->r->elapsed_s = elapsed(l);
	if (l->m->claims)
		focus_next(l->r, l->m->claims, b, &l->focus);
	else
		schedule_next(l->r, l->m->passes, b);
}

int measure(const struct measure *m, struct record *r)
{
	struct loop l = {.m = m, .r = r, .start_s = clock_seconds() - r->elapsed_s};
	bool over = false;
	int stop = 0;

	/* First of all: a folder that cannot be written is better known before the wait.
	 */
	stop = keep(&l);
	while (!stop && !over) {
		struct block b;

		pick(&l, &b);
		if (b.n)
			stop = run_block(&l, &b, &over);
		else
			over = true;
		block_free(&b);
	}
	r->complete = !stop;
	progress_clear(m->progress);
	int err = keep(&l);
	return err ? err : stop;
}
