/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks for a rep of a case, and looks at what came back. */
#include "case_rep.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "noise.h"
#include "units.h"
#include "util.h"

/* How many tasks want a CPU of their own where place= has that many: two sides, unless
 * the case says more. */
static size_t tasks_of(const struct kase *k)
{
	const char *text = case_param(k, "tasks");
	uint64_t n = 0;

	return text && units_uint(text, &n) == 0 && n > 2 ? (size_t)n : 2;
}

/* Why its rows are not what the case's unit makes a figure of, or NULL. */
static char *mismatch(const struct kase *k, const struct rep *rep)
{
	if ((strcmp(k->unit, "bytes/s") == 0) != (rep->bytes > 0))
		return xformat("its unit is %s, but it moved %s bytes", k->unit,
			       rep->bytes ? "some" : "no");
	if (case_is_ladder(k) != rep->ladder)
		return xformat("its unit is %s, but its samples are %s ladder", k->unit,
			       rep->ladder ? "a" : "no");
	return NULL;
}

/* Nothing of the answer remains but that it failed, for this reason, taken over. */
static void refuse(struct rep_answer *a, char *reason)
{
	free(a->rep.rows);
	free(a->note);
	free(a->reason);
	a->rep.rows = NULL;
	a->note = NULL;
	a->status = STATUS_FAILED;
	a->reason = reason;
}

static void check(const struct kase *k, struct rep_answer *a)
{
	char *wrong = a->status == STATUS_OK ? mismatch(k, &a->rep) : NULL;

	if (wrong)
		refuse(a, wrong);
}

/* Whoever is on a CPU that is taken away goes on with another: by a control group that
 * shrinks, or with the CPU itself. */
static void check_cpus(const struct rep_ask *ask, struct rep_answer *a)
{
	cpu_set_t usable;

	/* Of what one of more CPUs than this holds may use, nothing is known. */
	if (a->signal || sched_getaffinity(0, sizeof(usable), &usable) < 0)
		return;
	for (size_t i = 0; i < ask->ncpus; i++) {
		if (ask->cpus[i] >= CPU_SETSIZE || CPU_ISSET(ask->cpus[i], &usable))
			continue;
		refuse(a, xformat("CPU %u, which it was to run on, may not be used any "
				  "more: offline, or taken away by taskset or a cpuset",
				  ask->cpus[i]));
		return;
	}
}

static void run_watched(const struct rep_ask *ask, struct rep_answer *a)
{
	struct noise_probe before, after;

	noise_probe(&before);
	rep_run(ask, a);
	noise_probe(&after);
	memcpy(a->rep.cpus, ask->cpus, sizeof(ask->cpus));
	a->rep.ncpus = ask->ncpus;
	noise_between(&before, &after, ask->ncpus ? (int)ask->cpus[0] : -1,
		      &a->rep.noise);
}

/* Once more, if time was lost within the rep; the answer tells of the last such time. */
static void run_whole(const struct rep_ask *ask, struct rep_answer *a)
{
	enum { TRIES = 3 };
	char *met = NULL;
	int tries = 0;

	do {
		run_watched(ask, a);
		if (!a->interruption)
			break;
		free(met);
		met = a->interruption;
		refuse(a, NULL);
	} while (++tries < TRIES);
	if (tries == TRIES)
		a->reason = xformat("each of %d reps in a row was interrupted: %s", TRIES,
				    met);
	a->interruption = met;
}

void case_rep_run(const struct kase *k, const char *benches, const struct topology *t,
		  const struct rep_ask *how, struct rep_answer *a)
{
	struct rep_ask ask = *how;
	const char *place = case_param(k, "place"), *reason = NULL;

	ask.ncpus = 0;
	if (place &&
	    topology_place(t, place, tasks_of(k), ask.cpus, &ask.ncpus, &reason) < 0) {
		*a = (struct rep_answer){
			.status = STATUS_SKIPPED,
			.reason = xformat("place=%s: %s", place,
					  reason ? reason : "no such place")};
		return;
	}
	char *program = xformat("%s/%s", benches, k->bench);
	char **params = xcalloc(k->nparams, sizeof(*params));
	for (size_t i = 0; i < k->nparams; i++)
		params[i] = xformat("%s=%s", k->params[i].name, k->params[i].value);
	ask.program = program;
	ask.params = params;
	ask.nparams = k->nparams;
	ask.nphases = k->nphases;
	ask.ngauges = k->ngauges;
	run_whole(&ask, a);
	check(k, a);
	check_cpus(&ask, a);
	for (size_t i = 0; i < k->nparams; i++)
		free(params[i]);
	free(params);
	free(program);
}

void case_rep_warn(const struct kase *k, struct rep_answer *a, struct record *r)
{
	if (a->interruption && a->status == STATUS_OK)
		record_warn(r, "%s: a rep was thrown away and taken again: %s", k->text,
			    a->interruption);
	free(a->interruption);
	a->interruption = NULL;
}
