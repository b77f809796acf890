/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time beside instructions, so that nobody reads one as the other. */
#include <math.h>
#include <stdlib.h>

#include "cases.h"
#include "figures.h"
#include "record.h"
#include "report_parts.h"
#include "show.h"
#include "table.h"
#include "units.h"
#include "util.h"

enum { NUMBER = 48 };

struct both {
	const struct kase *timed, *counted;
};

static const char *release(const struct record *r)
{
	const struct fact *f = facts_find(&r->host, "kernel.release");

	return f && f->value ? f->value : "of unrecorded release";
}

static size_t pair_up(const struct record *r, const struct record *exact,
		      struct both *pairs)
{
	size_t n = 0;

	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i], *other = record_find(exact, k->text);

		if (case_is_timed(k) && other && case_is_counted(other))
			pairs[n++] = (struct both){k, other};
	}
	return n;
}

static double per_thousand(const struct both *b)
{
	double instructions = figures_median(&b->counted->time).value;

	return 1000 * figures_median(&b->timed->time).value / instructions;
}

static void put_row(struct table *t, const struct both *b)
{
	const struct estimate time = figures_median(&b->timed->time),
			      count = figures_median(&b->counted->time);
	char *interval = show_interval(&time, b->timed->unit), text[NUMBER];

	table_row(t);
	table_cell(t, 0, "%s", b->timed->text);
	table_cell(t, 1, "%s",
		   units_format(time.value, b->timed->unit, text, sizeof(text)));
	table_cell(t, 2, "%s", interval);
	table_cell(t, 3, "%.0f", count.value);
	table_cell(t, 4, "%s", units_format(per_thousand(b), "ns", text, sizeof(text)));
	free(interval);
}

static void say_range(const struct sheet *s, const struct both *pairs, size_t n)
{
	size_t least = 0, most = 0;
	char text[2][NUMBER];

	for (size_t i = 1; i < n; i++) {
		least = per_thousand(&pairs[i]) < per_thousand(&pairs[least]) ? i : least;
		most = per_thousand(&pairs[i]) > per_thousand(&pairs[most]) ? i : most;
	}
	sheet_line(
		s,
		"A thousand instructions take from %s (%s) to %s (%s): where they take "
		"long, the time goes where no instruction is counted, into caches, "
		"TLB, waiting, other CPUs, or the hypervisor of a virtual machine.",
		units_format(per_thousand(&pairs[least]), "ns", text[0], NUMBER),
		pairs[least].timed->text,
		units_format(per_thousand(&pairs[most]), "ns", text[1], NUMBER),
		pairs[most].timed->text);
}

void report_exact(const struct sheet *s, const struct record *r,
		  const struct record *exact)
{
	static const char *const heads[] = {"<case", "time", "95 % interval",
					    "instructions", "time / 1000 instructions"};
	struct both *pairs = xcalloc(r->ncases, sizeof(*pairs));
	size_t n = pair_up(r, exact, pairs);
	struct table t;

	sheet_line(s,
		   "Time was taken on this machine, Linux %s; instructions, user's and "
		   "kernel's together, were counted in a guest of one emulated CPU, "
		   "Linux %s. They are two things, and no figure of one can be read "
		   "as the other.",
		   release(r), release(exact));
	table_init(&t, countof(heads), heads, s->room);
	for (size_t i = 0; i < n; i++)
		put_row(&t, &pairs[i]);
	if (n) {
		sheet_table(s, &t);
		say_range(s, pairs, n);
	} else {
		sheet_line(s, "No case was both timed and counted.");
	}
	table_free(&t);
	free(pairs);
}
