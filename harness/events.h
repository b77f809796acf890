/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of perf events to attributes, through libpfm4 and tracefs. */
#ifndef LWP_EVENTS_H
#define LWP_EVENTS_H

#include <linux/perf_event.h>
#include <stddef.h>

struct event_code {
	char *name;                  /* as asked for */
	struct perf_event_attr attr; /* inherit, disabled, times in read_format */
	/* What of struct job_usage to add up instead, as perf is refused: "minor",
	 * "major", "voluntary", "involuntary", "user", "system", joined by "+"; or NULL.
	 */
	const char *rusage;
	char *reason; /* why it cannot be counted here, or NULL */
};

struct event_list {
	struct event_code *v;
	size_t n;
};

/* The default list. */
extern const char *const events_default;
/* Encodes "NAME[:u|:k],...", "SYS:NAME" or "SYS/NAME" for a tracepoint; probes each by
 * opening it on this process. What the machine cannot count gets a reason. 0, or -EINVAL
 * with *bad (caller frees) naming an event nobody knows. */
int events_encode(const char *names, struct event_list *out, char **bad);
void events_free(struct event_list *list);
/* The reason for an errno of perf_event_open, for people (static text). */
const char *events_reason(int err);

#endif
