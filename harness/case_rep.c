/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks for a rep of a case, and looks at what came back. */
#include "case_rep.h"

#include <errno.h>
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

char *case_rep_mismatch(const struct kase *k, const struct rep *rep)
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
	char *wrong = a->status == STATUS_OK ? case_rep_mismatch(k, &a->rep) : NULL;

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

int case_rep_ask(const struct kase *k, const char *benches, const struct topology *t,
		 struct rep_ask *ask, char **reason)
{
	const char *place = case_param(k, "place"), *lacking = NULL;
	char **params;

	ask->ncpus = 0;
	if (place &&
	    topology_place(t, place, tasks_of(k), ask->cpus, &ask->ncpus, &lacking) < 0) {
		*reason = xformat("place=%s: %s", place,
				  lacking ? lacking : "no such place");
		return -ENOTSUP;
	}
	params = xcalloc(k->nparams, sizeof(*params));
	for (size_t i = 0; i < k->nparams; i++)
		params[i] = xformat("%s=%s", k->params[i].name, k->params[i].value);
	ask->program = xformat("%s/%s", benches, k->bench);
	ask->params = params;
	ask->nparams = k->nparams;
	ask->nphases = k->nphases;
	ask->ngauges = k->ngauges;
	return 0;
}

void case_rep_done(struct rep_ask *ask)
{
	for (size_t i = 0; i < ask->nparams; i++)
		free(ask->params[i]);
	free((char **)ask->params);
	free((char *)ask->program);
}

void case_rep_run(const struct kase *k, const char *benches, const struct topology *t,
		  const struct rep_ask *how, struct rep_answer *a)
{
	struct rep_ask ask = *how;
	char *reason = NULL;

	if (case_rep_ask(k, benches, t, &ask, &reason) < 0) {
		*a = (struct rep_answer){.status = STATUS_SKIPPED, .reason = reason};
		return;
	}
	run_whole(&ask, a);
	check(k, a);
	check_cpus(&ask, a);
	case_rep_done(&ask);
}

void case_rep_warn(const struct kase *k, struct rep_answer *a, struct record *r)
{
	if (a->interruption && a->status == STATUS_OK)
		record_warn(r, "%s: a rep was thrown away and taken again: %s", k->text,
			    a->interruption);
	free(a->interruption);
	a->interruption = NULL;
}

/* Counters that perf cannot give here come from what the kernel counts for getrusage(2).
 */
static uint64_t usage_count(const char *what, const struct job_usage *u)
{
	uint64_t sum = 0;
	const struct {
		const char *name;
		uint64_t value;
	} known[] = {{"minor", u->minor},
		     {"major", u->major},
		     {"involuntary", u->involuntary},
		     {"voluntary", u->voluntary},
		     {"user", u->user_ns},
		     {"system", u->system_ns}};

	for (const char *p = what; *p; p += strcspn(p, "+"), p += *p == '+')
		for (size_t i = 0; i < countof(known); i++)
			if (strcspn(p, "+") == strlen(known[i].name) &&
			    strncmp(p, known[i].name, strlen(known[i].name)) == 0)
				sum += known[i].value;
	return sum;
}

/* getrusage knows only the whole rep: its first row takes the count. */
static void fill_from_usage(struct rep *rep, size_t event, const char *what)
{
	uint64_t *cell = rep->rows + 3 * event;

	for (size_t i = 0; i < rep->nrows; i++, cell += rep->width) {
		cell[0] = 0;
		cell[1] = cell[2] = 1;
	}
	rep->rows[3 * event] = usage_count(what, &rep->noise.self) +
			       usage_count(what, &rep->noise.children);
}

void case_rep_settle(struct kase *k, const struct event_list *events,
		     struct rep_answer *a)
{
	for (size_t i = 0; i < k->nevents; i++) {
		if (events->v[i].rusage)
			fill_from_usage(&a->rep, i, events->v[i].rusage);
		else if (a->event_errors[i] && !k->events[i].reason)
			k->events[i].reason = xstrdup(events_reason(a->event_errors[i]));
	}
}
