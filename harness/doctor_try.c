/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the clock and opens counters to see what they do here. */
#include "doctor_try.h"

#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "events.h"
#include "units.h"
#include "util.h"

/* From here on a clock read is no load and an addition: it must be a system call, or a
 * device that is read. */
static const double slow_clock_ns = 200;

static double clock_cost_ns(void)
{
	enum { ROUNDS = 20, READS = 200 };
	double best = 1e9;

	for (int round = 0; round < ROUNDS; round++) {
		double start = clock_seconds();
		struct timespec t;

		for (int i = 0; i < READS; i++)
			clock_gettime(CLOCK_MONOTONIC_RAW, &t);
		double ns = (clock_seconds() - start) / READS * 1e9;
		best = ns < best ? ns : best;
	}
	return best;
}

static void try_clock(struct findings *out)
{
	double ns = clock_cost_ns();
	char text[32];
	const struct finding f = {
		.kind = ns > slow_clock_ns ? FINDING_SPOILS : FINDING_FINE,
		.what = "reading the clock",
		.is = xformat("%s a read", units_format(ns, "ns/op", text, sizeof(text))),
		.why = "so slow a clock takes a system call: samples have to be longer, "
		       "and its own cost varies",
		.mend = "choose another of "
			"/sys/devices/system/clocksource/clocksource0/"
			"available_clocksource",
	};

	findings_add(out, &f);
}

/* Opens an event; the finding says whether it counts. */
static void try_event(struct findings *out, const char *what, const char *event,
		      const char *why, const char *mend)
{
	struct event_list list = {0};
	char *bad = NULL;
	const char *reason = "this lwpbench does not know it";

	if (events_encode(event, &list, &bad) == 0)
		reason = list.v[0].reason;
	const struct finding f = {
		.kind = reason ? FINDING_LIMITS : FINDING_FINE,
		.what = what,
		.is = xstrdup(reason ? reason : "counts"),
		.why = why,
		.mend = mend,
	};

	findings_add(out, &f);
	events_free(&list);
	free(bad);
}

void doctor_try(struct findings *out)
{
	try_clock(out);
	try_event(out, "hardware counters", "cycles:u",
		  "instructions, cycles and cache misses read n/a", NULL);
	try_event(out, "counting in the kernel", "context-switches:k",
		  "what the kernel does for a task is not counted",
		  "sysctl kernel.perf_event_paranoid=1");
	try_event(out, "tracepoints", "sched:sched_switch",
		  "events such as sched:sched_switch read n/a",
		  "mount -t tracefs tracefs /sys/kernel/tracing");
}
