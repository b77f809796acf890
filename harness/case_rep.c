/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks for a rep of a case, and looks at what came back. */
#include "case_rep.h"

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

static void check(const struct kase *k, struct rep_answer *a)
{
	char *wrong = a->status == STATUS_OK ? mismatch(k, &a->rep) : NULL;

	if (!wrong)
		return;
	free(a->rep.rows);
	free(a->note);
	a->rep.rows = NULL;
	a->note = NULL;
	a->status = STATUS_FAILED;
	a->reason = wrong;
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
	run_watched(&ask, a);
	check(k, a);
	for (size_t i = 0; i < k->nparams; i++)
		free(params[i]);
	free(params);
	free(program);
}
