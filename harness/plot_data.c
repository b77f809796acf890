/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of pictures, and how text and numbers stand in their data. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plain.h"
#include "plot_data.h"
#include "units.h"
#include "util.h"

#define LINE_COLUMNS                                                                 \
	", its 95 % interval from, to, own (less its base) or whole, colour, kind, " \
	"case, n"
#define FIT_COLUMNS                                                                     \
	", median ns/op, its 95 % interval from, to, line, colour, the fit's ns/op at " \
	"0, its ns/op for each 1 of x, case, n; of a crossing: x, ns/op, x from, to, "  \
	"crossing, "                                                                    \
	"the cheap line's colour, 0, 0, what crosses"
#define PAIR_COLUMNS                                                                  \
	"row, median ns/op, its 95 % interval from, to, its floor, the other kind's " \
	"median, kind, median for people, end of that text, its begin, case, n"

char *plot_plain(const char *text)
{
	char *out = xcalloc(strlen(text) + 1, 1);
	size_t len = 0;

	for (const char *s = text, *as; *s;) {
		size_t n = plain_character(s, &as);
		unsigned char c = (unsigned char)*s;

		if (n > 1 && !as) {
			memcpy(out + len, s, n);
			len += n;
			s += n;
			continue;
		}
		s += n;
		if (c < ' ' || c == 0x7f)
			c = ' ';
		else if (as)
			c = '?';
		else if (c == '"')
			c = '\'';
		else if (c == '\\')
			c = '/';
		out[len++] = (char)c;
	}
	return out;
}

void plot_put_text(FILE *out, const char *text)
{
	char *s = plot_plain(text);

	fprintf(out, "\t%s", s);
	free(s);
}

void plot_put_number(FILE *out, double x)
{
	if (isfinite(x))
		fprintf(out, "\t%.6g", x);
	else
		fputs("\tNaN", out);
}

void plot_put_estimate(FILE *out, const struct estimate *e)
{
	plot_put_number(out, e->value);
	plot_put_number(out, e->lo);
	plot_put_number(out, e->hi);
}

void plot_put_figure(FILE *out, const struct kase *k, double x)
{
	char text[32];

	plot_put_text(out, units_format(x, k->unit, text, sizeof(text)));
}

void plot_end_row(FILE *out, const char *text, size_t n, const char *of)
{
	plot_put_text(out, text);
	fprintf(out, "\t%zu %s\n", n, of);
}

void plot_leave_out(FILE *out, size_t n, const char *of)
{
	if (n)
		fprintf(out, PLOT_LEFT_OUT "%zu %s\n", n, of);
}

/* A block of its own for gnuplot's `index`: two empty lines, then its name. */
void plot_begin_block(FILE *out, const char *name)
{
	char *s = plot_plain(name);

	fprintf(out, "\n\n\"%s\"\n", s);
	free(s);
}

/* --- the pictures --- */

const struct picture plot_pictures[] = {
	{"creation", "What it costs to create a task and to be rid of it", "creation",
	 "row, median ns/op, its 95 % interval from, to, median for people, case, n",
	 plot_creation},
	{"phases", "Where the time goes", "creation",
	 "row, segment from ns/op, to, 95 % interval of to from, to, whole ns/op, "
	 "whole for people, phase, case, n",
	 plot_phases},
	{"cdf", "How the cost of creating a task is distributed", "creation",
	 "time ns/op, share of samples at or below it, case, n", plot_cdf},
	{"flags", "What each clone flag saves or adds", "creation",
	 "row, ratio to flags=none, its 95 % interval from, to, ratio for people, flags, "
	 "n",
	 plot_flags},
	{"attribute",
	 "Which shared resource makes the difference between fork and thread", "creation",
	 "row, bar from % of fork, to, 95 % interval of to from, to, time and % of the "
	 "difference for people, flag, n",
	 plot_attribute},
	{"namespaces", "What it adds to set a new task apart: namespaces, cgroups",
	 "creation",
	 "row, ratio to the same without, its 95 % interval from, to, ratio for people, "
	 "flags without NEW, or case, n",
	 plot_namespaces},
	{"size", "What the parent's memory does to the cost", "creation",
	 "memory bytes" FIT_COLUMNS, plot_size},
	{"counts", "What the parent's mappings, descriptors and tasks do to the cost",
	 "creation", "how many" FIT_COLUMNS, plot_counts},
	{"cow", "What the first write to a page costs, fresh or after fork", "cow",
	 "row, median ns/op, its 95 % interval from, to, median and page faults for "
	 "people, case, n",
	 plot_cow},
	{"switch", "What a hand-over to another task costs, by what each task touches",
	 "switch", "working set of a task bytes, median ns/op" LINE_COLUMNS, plot_switch},
	{"ring", "What a hand-over costs, by how many tasks take turns", "switch",
	 "tasks, median ns/op" LINE_COLUMNS, plot_ring},
	{"message", "How long a message takes from task to task", "message", PAIR_COLUMNS,
	 plot_message},
	{"bandwidth", "How fast bytes get from task to task", "bandwidth",
	 "message bytes, median bytes/s" LINE_COLUMNS, plot_bandwidth},
	{"lock", "What it costs to take and release a lock", "lock", PAIR_COLUMNS,
	 plot_lock},
	{"together", "What many tasks get done at the same time", "together",
	 "tasks, median operations/s" LINE_COLUMNS, plot_together},
	{"apps", "How long whole programs take, and what CPU time that costs", "program",
	 PAIR_COLUMNS, plot_apps},
	{"weight", "What a task weighs, and where that lives", "memory",
	 "row, segment from bytes, to, whole without the unaccounted, its 95 % interval "
	 "from, to, end of the bar, whole for people, case, n",
	 plot_weight},
	{"instructions", "Instructions of an operation, counted in a guest", "floor",
	 "row, median instructions/op, its 95 % interval from, to, median for people, "
	 "case, n",
	 plot_instructions},
	{0},
};
