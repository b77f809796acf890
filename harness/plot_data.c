/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of pictures, and how text and numbers stand in their data. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot_data.h"
#include "units.h"
#include "util.h"

#define LINE_COLUMNS \
	", its 95 % interval from, to, own (less its base) or whole, colour, kind, case"
#define FIT_COLUMNS                                                                     \
	", median ns/op, its 95 % interval from, to, line, colour, the fit's ns/op at " \
	"0, its ns/op for each 1 of x, case; of a crossing: x, ns/op, x from, to, "     \
	"crossing, "                                                                    \
	"the cheap line's colour, 0, 0, what crosses"
#define PAIR_COLUMNS                                                                  \
	"row, median ns/op, its 95 % interval from, to, its floor, the other kind's " \
	"median, kind, median for people, end of that text, its begin, case"

/* Length of the valid UTF-8 character at s, 0 if it is none (after RFC 3629, table 3-7 of
 * Unicode). */
static size_t utf8_length(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n = s[0] < 0x80   ? 1
		   : s[0] < 0xc2 ? 0
		   : s[0] < 0xe0 ? 2
		   : s[0] < 0xf0 ? 3
				 : 4;

	if (s[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

char *plot_plain(const char *text)
{
	char *out = xcalloc(strlen(text) + 1, 1);
	size_t len = 0;

	for (const char *s = text; *s;) {
		size_t n = utf8_length(s);

		if (n > 1) {
			memcpy(out + len, s, n);
			len += n;
			s += n;
			continue;
		}
		unsigned char c = (unsigned char)*s++;
		if (n == 0)
			c = '?';
		else if (iscntrl(c))
			c = ' ';
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

/* A block of its own for gnuplot's `index`: two empty lines, then its name. */
void plot_begin_block(FILE *out, const char *name)
{
	char *s = plot_plain(name);

	fprintf(out, "\n\n\"%s\"\n", s);
	free(s);
}

/* --- the pictures --- */

const struct picture plot_pictures[] = {
	{"creation", "What it costs to create a task and to be rid of it",
	 "row, median ns/op, its 95 % interval from, to, median for people, case",
	 plot_creation},
	{"phases", "Where the time goes",
	 "row, segment from ns/op, to, 95 % interval of to from, to, whole ns/op, "
	 "whole for people, case",
	 plot_phases},
	{"cdf", "How the cost of creating a task is distributed",
	 "time ns/op, share of samples at or below it", plot_cdf},
	{"flags", "What each clone flag saves or adds",
	 "row, ratio to flags=none, its 95 % interval from, to, ratio for people, flags",
	 plot_flags},
	{"namespaces", "What it adds to set a new task apart: namespaces, cgroups",
	 "row, ratio to the same without, its 95 % interval from, to, ratio for people, "
	 "flags without NEW, or case",
	 plot_namespaces},
	{"size", "What the parent's memory does to the cost", "memory bytes" FIT_COLUMNS,
	 plot_size},
	{"counts", "What the parent's mappings, descriptors and tasks do to the cost",
	 "how many" FIT_COLUMNS, plot_counts},
	{"cow", "What the first write to a page costs, fresh or after fork",
	 "row, median ns/op, its 95 % interval from, to, median and page faults for "
	 "people, case",
	 plot_cow},
	{"switch", "What a hand-over to another task costs, by what each task touches",
	 "working set of a task bytes, median ns/op" LINE_COLUMNS, plot_switch},
	{"ring", "What a hand-over costs, by how many tasks take turns",
	 "tasks, median ns/op" LINE_COLUMNS, plot_ring},
	{"message", "How long a message takes from task to task", PAIR_COLUMNS,
	 plot_message},
	{"bandwidth", "How fast bytes get from task to task",
	 "message bytes, median bytes/s" LINE_COLUMNS, plot_bandwidth},
	{"lock", "What it costs to take and release a lock", PAIR_COLUMNS, plot_lock},
	{"together", "What many tasks get done at the same time",
	 "tasks, median operations/s" LINE_COLUMNS, plot_together},
	{"apps", "How long whole programs take, and what CPU time that costs",
	 PAIR_COLUMNS, plot_apps},
	{"weight", "What a task weighs, and where that lives",
	 "row, segment from bytes, to, whole without the unaccounted, its 95 % interval "
	 "from, to, end of the bar, whole for people, case",
	 plot_weight},
	{0},
};
