/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data of the waterfall from a fork to a thread: what each flag takes off or adds. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "attribution.h"
#include "plot_data.h"
#include "units.h"
#include "util.h"

/* A bar that begins where the last one ended. */
struct bar {
	size_t row;
	double from, to;
	struct estimate ns, part; /* part.n 0: not of the gap */
	char *name;
};

/* One of each flag of a thread, and the two ends. */
enum { BARS = ATTRIBUTE_FLAGS + 2 };

static bool is_end(const struct bar *b)
{
	return b->part.n == 0;
}

static bool takes_off(const struct bar *b)
{
	return !is_end(b) && b->to <= b->from;
}

static bool adds(const struct bar *b)
{
	return !is_end(b) && b->to > b->from;
}

/* Blocks of the data, by colour. */
static const struct {
	const char *name;
	bool (*has)(const struct bar *);
} kinds[] = {
	{"fork, thread", is_end},
	{"a flag takes off", takes_off},
	{"a flag adds", adds},
};

/* The bars of one parent, from row `row` on; their names are to be freed. */
static size_t bars_of(const struct attribution *a, size_t row, struct bar *bars)
{
	const struct estimate *of = a->of[ATTRIBUTION_LIFE].of;
	struct bar *bar = bars;
	double at = of[ATTRIBUTION_FORK].value;

	*bar++ = (struct bar){.to = at,
			      .ns = of[ATTRIBUTION_FORK],
			      .name = xformat("fork, %s", a->parent)};
	for (unsigned f = 0; f < ATTRIBUTE_FLAGS; f++) {
		const struct estimate *share = &of[ATTRIBUTION_SHARE + f];

		if (!(attribution_thread & 1u << f))
			continue;
		*bar++ = (struct bar){.from = at,
				      .to = at + share->value,
				      .ns = *share,
				      .part = of[ATTRIBUTION_PART + f],
				      .name = xstrdup(attribution_flags[f])};
		at += share->value;
	}
	*bar++ = (struct bar){.to = of[ATTRIBUTION_THREAD].value,
			      .ns = of[ATTRIBUTION_THREAD],
			      .name = xstrdup("thread")};
	size_t n = (size_t)(bar - bars);
	for (size_t i = 0; i < n; i++)
		bars[i].row = row + i;
	return n;
}

/* For people: the time, and how much of the gap that is. */
static void put_label(FILE *out, const struct bar *b)
{
	char ns[32], text[96];

	units_format(b->ns.value, "ns/op", ns, sizeof(ns));
	if (is_end(b))
		snprintf(text, sizeof(text), "%s", ns);
	else if (isnan(b->part.lo))
		snprintf(text, sizeof(text), "%s%s, %.1f %%", adds(b) ? "+" : "", ns,
			 100 * b->part.value);
	else
		snprintf(text, sizeof(text), "%s%s, %.1f %% [%.1f, %.1f]",
			 adds(b) ? "+" : "", ns, 100 * b->part.value, 100 * b->part.lo,
			 100 * b->part.hi);
	plot_put_text(out, text);
}

/* All in % of what a fork takes. */
static void put_bar(FILE *out, const struct bar *b, double fork)
{
	const double ends[] = {b->from, b->to, b->from + b->ns.lo, b->from + b->ns.hi};

	fprintf(out, "%zu", b->row);
	for (size_t i = 0; i < countof(ends); i++)
		plot_put_number(out, 100 * ends[i] / fork);
	put_label(out, b);
	plot_end_row(out, b->name, b->ns.n, "blocks");
}

/* A parent's bars, and the fork that they are shares of. */
struct waterfall {
	struct bar bars[BARS];
	size_t n;
	double fork;
};

static void put_kind(FILE *out, const struct waterfall *v, size_t n, size_t kind)
{
	bool begun = false;

	for (size_t i = 0; i < n; i++)
		for (size_t b = 0; b < v[i].n; b++) {
			if (!kinds[kind].has(&v[i].bars[b]))
				continue;
			if (!begun)
				plot_begin_block(out, kinds[kind].name);
			begun = true;
			put_bar(out, &v[i].bars[b], v[i].fork);
		}
}

size_t plot_attribute(const struct record *r, FILE *out)
{
	struct attributions all;
	size_t n = 0, row = 1;

	attributions_of(r, &all);
	struct waterfall *v = xcalloc(all.n, sizeof(*v));
	for (size_t i = 0; i < all.n; i++) {
		if (!attribution_answers(&all.v[i]))
			continue;
		v[n].n = bars_of(&all.v[i], row, v[n].bars);
		v[n].fork = v[n].bars[0].to;
		/* An empty one between two parents. */
		row += v[n].n + 1;
		n++;
	}
	for (size_t kind = 0; kind < countof(kinds); kind++)
		put_kind(out, v, n, kind);
	for (size_t i = 0; i < n; i++)
		for (size_t b = 0; b < v[i].n; b++)
			free(v[i].bars[b].name);
	free(v);
	attributions_free(&all);
	return n;
}
