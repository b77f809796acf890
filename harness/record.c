/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owning, growing and finding the parts of a record. */
#include "record.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

static const char *const status_names[] = {
	[STATUS_OK] = "ok",
	[STATUS_FAILED] = "failed",
	[STATUS_SKIPPED] = "skipped",
	[STATUS_PENDING] = "pending",
};

const char *status_name(enum status s)
{
	return status_names[s];
}

int status_from_name(const char *name)
{
	for (size_t i = 0; i < countof(status_names); i++)
		if (name && strcmp(name, status_names[i]) == 0)
			return (int)i;
	return -1;
}

void reps_free(struct reps *reps)
{
	for (size_t i = 0; i < reps->n; i++)
		free(reps->v[i].rows);
	free(reps->v);
	*reps = (struct reps){0};
}

void reps_add(struct reps *reps, const struct rep *rep)
{
	reps->v = xrealloc(reps->v, reps->n + 1, sizeof(*reps->v));
	reps->v[reps->n++] = *rep;
}

void facts_add(struct facts *f, const char *name, const char *value, const char *reason)
{
	f->v = xrealloc(f->v, f->n + 1, sizeof(*f->v));
	f->v[f->n++] = (struct fact){
		.name = xstrdup(name),
		.value = value ? xstrdup(value) : NULL,
		.reason = reason ? xstrdup(reason) : NULL,
	};
}

const struct fact *facts_find(const struct facts *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->v[i].name, name) == 0)
			return &f->v[i];
	return NULL;
}

void facts_free(struct facts *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->v[i].name);
		free(f->v[i].value);
		free(f->v[i].reason);
	}
	free(f->v);
	*f = (struct facts){0};
}

void record_warn(struct record *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	r->warnings = xrealloc(r->warnings, r->nwarnings + 1, sizeof(*r->warnings));
	r->warnings[r->nwarnings++] = xvformat(fmt, ap);
	va_end(ap);
}

void record_clock(struct record *r, double cost_ns, double step_ns)
{
	if (!(r->clock_cost_ns > 0) || cost_ns < r->clock_cost_ns)
		r->clock_cost_ns = cost_ns;
	if (!(r->clock_step_ns > 0) || step_ns < r->clock_step_ns)
		r->clock_step_ns = step_ns;
}

struct kase *record_find(const struct record *r, const char *text)
{
	for (size_t i = 0; i < r->ncases; i++)
		if (strcmp(r->cases[i].text, text) == 0)
			return &r->cases[i];
	return NULL;
}

void gauges_free(struct gauge *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(v[i].name);
		free(v[i].unit);
		free(v[i].brief);
	}
	free(v);
}

void kase_set_status(struct kase *k, enum status status, char *reason)
{
	k->status = status;
	free(k->reason);
	k->reason = reason;
	if (status == STATUS_OK)
		return;
	/* No number without work that was done: neither now nor in what was measured
	 * before. */
	reps_free(&k->time);
	reps_free(&k->phases);
	reps_free(&k->counts);
}

void kase_free(struct kase *k)
{
	free(k->text);
	free(k->bench);
	free(k->brief);
	free(k->family);
	free(k->floor);
	free(k->base);
	free(k->unit);
	free(k->reason);
	free(k->note);
	free(k->tool);
	for (size_t i = 0; i < k->nparams; i++) {
		free(k->params[i].name);
		free(k->params[i].value);
	}
	free(k->params);
	for (size_t i = 0; i < k->nphases; i++)
		free(k->phase_names[i]);
	free(k->phase_names);
	gauges_free(k->gauges, k->ngauges);
	for (size_t i = 0; i < k->nevents; i++) {
		free(k->events[i].name);
		free(k->events[i].source);
		free(k->events[i].reason);
	}
	free(k->events);
	reps_free(&k->time);
	reps_free(&k->phases);
	reps_free(&k->counts);
	*k = (struct kase){0};
}

static char *copy(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

struct kase kase_again(const struct kase *k)
{
	struct kase again = {
		.text = copy(k->text),
		.bench = copy(k->bench),
		.brief = copy(k->brief),
		.family = copy(k->family),
		.unit = copy(k->unit),
		.floor = copy(k->floor),
		.base = copy(k->base),
		.tool = copy(k->tool),
		.higher_is_better = k->higher_is_better,
		.status = STATUS_PENDING,
		.params = xcalloc(k->nparams, sizeof(*again.params)),
		.nparams = k->nparams,
		.phase_names = xcalloc(k->nphases, sizeof(*again.phase_names)),
		.nphases = k->nphases,
		.gauges = xcalloc(k->ngauges, sizeof(*again.gauges)),
		.ngauges = k->ngauges,
	};

	for (size_t i = 0; i < k->nparams; i++)
		again.params[i] =
			(struct pair){copy(k->params[i].name), copy(k->params[i].value)};
	for (size_t i = 0; i < k->nphases; i++)
		again.phase_names[i] = copy(k->phase_names[i]);
	for (size_t i = 0; i < k->ngauges; i++)
		again.gauges[i] = (struct gauge){.name = copy(k->gauges[i].name),
						 .unit = copy(k->gauges[i].unit),
						 .brief = copy(k->gauges[i].brief)};
	return again;
}

void record_free(struct record *r)
{
	free(r->version);
	free(r->started);
	free(r->suite);
	free(r->command);
	facts_free(&r->host);
	for (size_t i = 0; i < r->nwarnings; i++)
		free(r->warnings[i]);
	free(r->warnings);
	for (size_t i = 0; i < r->ncases; i++)
		kase_free(&r->cases[i]);
	free(r->cases);
	*r = (struct record){0};
}
