/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shuffled blocks over the cases that still need reps. */
#include "schedule.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "figures.h"
#include "util.h"

/* The other two passes need few reps. They come early and apart, so that a run which is
 * cut short has some of each, and no pass sees only one mood of the machine. */
static const struct {
	enum job_pass pass;
	unsigned after; /* so many time blocks */
} others[] = {
	{JOB_PHASES_PASS, 2}, {JOB_EVENTS_PASS, 4},  {JOB_PHASES_PASS, 6},
	{JOB_EVENTS_PASS, 8}, {JOB_PHASES_PASS, 10},
};

/* What another tool timed is not ours to time again. */
bool schedule_alive(const struct kase *k)
{
	return !k->tool && (k->status == STATUS_OK || k->status == STATUS_PENDING);
}

bool schedule_precise(const struct record *r, const struct kase *k)
{
	const struct estimate e = figures_median(&k->time);

	return k->time.n >= SCHEDULE_MIN_REPS && stats_halfwidth(&e) <= r->precision;
}

size_t schedule_reps_needed(const struct record *r, const struct kase *k)
{
	const struct estimate e = figures_median(&k->time);
	double half = stats_halfwidth(&e);

	if (!isfinite(half) || r->precision <= 0)
		return 0;
	/* An interval narrows with the root of the number of reps. */
	return (size_t)ceil((double)k->time.n * (half / r->precision) *
			    (half / r->precision));
}

static bool wants_time(const struct record *r, const struct kase *k)
{
	size_t most = case_is_ladder(k) ? SCHEDULE_LADDERS : SCHEDULE_MAX_REPS;

	return schedule_alive(k) && k->time.n < most && !schedule_precise(r, k);
}

static const struct reps *reps_of(const struct kase *k, enum job_pass pass)
{
	return pass == JOB_TIME          ? &k->time
	       : pass == JOB_PHASES_PASS ? &k->phases
					 : &k->counts;
}

/* Time blocks begun: the next has another number, also if the last was cut short. Other
 * tools count blocks of their own. */
static size_t time_blocks_begun(const struct record *r)
{
	size_t most = 0;

	for (size_t i = 0; i < r->ncases; i++)
		for (size_t j = 0; !r->cases[i].tool && j < r->cases[i].time.n; j++)
			if (r->cases[i].time.v[j].block + 1 > most)
				most = r->cases[i].time.v[j].block + 1;
	return most;
}

/* Whether `other` is held against k: less it, or as the same work by another kind of
 * task. */
static bool is_held_against(const struct record *r, const struct kase *other,
			    const struct kase *k)
{
	return strcmp(other->base, k->text) == 0 ||
	       (other != k && strcmp(other->bench, k->bench) == 0 &&
		figures_twin(r, other, "process") == k);
}

/* Whether a case that goes on is paired with this one inside blocks. */
static bool is_needed(const struct record *r, const struct kase *k)
{
	/* With a family's first row all others are. */
	bool first = figures_anchor(r, k) == k;

	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *other = &r->cases[i];

		if (wants_time(r, other) &&
		    (is_held_against(r, other, k) ||
		     (first && strcmp(other->family, k->family) == 0)))
			return true;
	}
	return false;
}

static bool belongs(const struct record *r, const struct kase *k, enum job_pass pass)
{
	switch (pass) {
	case JOB_PHASES_PASS:
		return schedule_alive(k) && k->nphases > 0;
	case JOB_EVENTS_PASS:
		return schedule_alive(k) && k->nevents > 0 && !case_is_ladder(k);
	default:
		return schedule_alive(k) && (wants_time(r, k) || is_needed(r, k));
	}
}

/* Blocks of another pass that every case has which belongs to it; all if none does. */
static size_t blocks_done(const struct record *r, enum job_pass pass)
{
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < r->ncases; i++)
		if (belongs(r, &r->cases[i], pass) &&
		    reps_of(&r->cases[i], pass)->n < least)
			least = reps_of(&r->cases[i], pass)->n;
	return least;
}

/* The pass whose turn it is, after `time_blocks`; the number of its block in *number. */
static enum job_pass next_pass(const struct record *r, unsigned passes,
			       size_t time_blocks, bool more_time, unsigned *number)
{
	size_t due[] = {0, 0, 0};

	for (size_t i = 0; i < countof(others); i++) {
		enum job_pass p = others[i].pass;
		size_t done = blocks_done(r, p);

		due[p]++;
		/* Without time blocks to wait for, the others follow at once. */
		if ((passes & 1u << p) && done < due[p] &&
		    (time_blocks >= others[i].after || !more_time)) {
			*number = (unsigned)done;
			return p;
		}
	}
	/* A suite may want as many of phases: they take turns with the time blocks. */
	size_t done = blocks_done(r, JOB_PHASES_PASS);
	if ((passes & 1u << JOB_PHASES_PASS) && done < r->phase_blocks &&
	    (time_blocks > done || !more_time)) {
		*number = (unsigned)done;
		return JOB_PHASES_PASS;
	}
	*number = (unsigned)time_blocks;
	return JOB_TIME;
}

void schedule_next(const struct record *r, unsigned passes, struct block *out)
{
	bool more_time = false;

	*out = (struct block){.cases = xcalloc(r->ncases, sizeof(size_t))};
	for (size_t i = 0; i < r->ncases; i++)
		more_time |= (passes & 1u << JOB_TIME) && wants_time(r, &r->cases[i]);
	out->pass = next_pass(r, passes, time_blocks_begun(r), more_time, &out->number);
	if (out->pass == JOB_TIME && !more_time)
		return;
	for (size_t i = 0; i < r->ncases; i++)
		if (belongs(r, &r->cases[i], out->pass) &&
		    (out->pass == JOB_TIME ||
		     reps_of(&r->cases[i], out->pass)->n == out->number))
			out->cases[out->n++] = i;
	block_shuffle(out, r->seed);
}

void block_shuffle(struct block *b, uint64_t seed)
{
	struct rng *g = rng_new(seed + UINT64_C(1000003) * b->number + b->pass);

	rng_shuffle(g, b->cases, b->n);
	rng_free(g);
}

void block_free(struct block *b)
{
	free(b->cases);
	*b = (struct block){0};
}
