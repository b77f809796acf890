/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words, signs and figures of answers, the same in every form. */
#include "answers_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"
#include "util.h"

enum { FIGURE = 128 };

static const char nothing[] = "–";

const char *answer_word(enum answer_kind kind)
{
	switch (kind) {
	case ANSWER_INCONCLUSIVE:
		return "~";
	case ANSWER_UNMEASURED:
		return "not measured";
	default:
		return answer_name(kind);
	}
}

/* Whether its ratio reads better as a factor than in percent. */
static bool is_factor(const struct answer *v)
{
	return v->ratio.value >= 2 || v->ratio.value <= 0.5 || v->ratio.hi >= 5;
}

/* Decimals of a percentage: as many as its interval has use for. */
static int decimals(const struct answer *v)
{
	const double narrow = 1, wide = 20;
	double width = 100 * (v->ratio.hi - v->ratio.lo);

	return width < narrow ? 2 : width > wide ? 0 : 1;
}

/* A ratio as of v, without its unit; caller frees. */
static char *change(const struct answer *v, double ratio)
{
	const double whole = 100;

	if (is_factor(v))
		return xformat(ratio < whole ? "%#.3g" : "%.0f", ratio);
	char *text = xformat("%.*f", decimals(v), 100 * (ratio - 1));
	/* Nothing is not negative. */
	if (text[0] == '-' && !text[strspn(text, "-0.")])
		memmove(text, text + 1, strlen(text));
	return text;
}

char *answer_change(const struct answer *v)
{
	if (isnan(v->ratio.value))
		return xstrdup(nothing);
	char *of = change(v, v->ratio.value);
	bool more = v->ratio.value > 1 && of[strspn(of, "0.")];
	char *text = is_factor(v) ? xformat("× %s", of)
				  : xformat("%s%s %%", more ? "+" : "", of);

	free(of);
	return text;
}

char *answer_interval(const struct answer *v)
{
	if (isnan(v->ratio.lo) || isnan(v->ratio.hi))
		return xstrdup(nothing);
	char *lo = change(v, v->ratio.lo), *hi = change(v, v->ratio.hi);
	char *text = xformat("[%s, %s]", lo, hi);

	free(lo);
	free(hi);
	return text;
}

char *answer_figures(const struct answer *v)
{
	char text[FIGURE];

	if (!v->unit || (isnan(v->base) && isnan(v->fresh)))
		return xstrdup(nothing);
	return xstrdup(units_two(v->base, v->fresh, v->unit, " → ", text, sizeof(text)));
}

static bool is_ab(const struct answers *a)
{
	return a->command && strcmp(a->command, "ab") == 0;
}

const char *answers_sides(const struct answers *a)
{
	return is_ab(a) ? "a → b" : "base → new";
}

const char *answers_change(const struct answers *a)
{
	return a->relative ? "change/floor" : "change";
}

const char *answers_units(const struct answers *a)
{
	return is_ab(a) ? "blocks" : "runs";
}

/* What follows the word: the change, what it rests on, the figures. */
static void add_figures(FILE *f, const struct answers *a, const struct answer *v)
{
	char *of = answer_change(v), *interval = answer_interval(v),
	     *figures = answer_figures(v);

	fprintf(f, ": %s %s%s, %zu %s, %s %s", of, interval,
		a->relative ? " against floors" : "", v->ratio.n, answers_units(a),
		answers_sides(a), figures);
	free(of);
	free(interval);
	free(figures);
}

char *answer_sentence(const struct answers *a, const struct answer *v)
{
	char *text = NULL;
	size_t size;
	FILE *f = xmemstream(&text, &size);

	fputs(v->kind == ANSWER_INCONCLUSIVE ? "undecided" : answer_word(v->kind), f);
	if (!isnan(v->ratio.value))
		add_figures(f, a, v);
	fclose(f);
	return text;
}

const char *answers_mark(const struct answers *a)
{
	switch (answers_status(a)) {
	case EXIT_OK:
		return "✓";
	case EXIT_REGRESSION:
		return "✗";
	default:
		return "~";
	}
}

/* ", 2 cases regressed", and from the second on ", 1 improved". */
static void add_count(FILE *f, size_t n, const char *what)
{
	if (!n)
		return;
	if (ftell(f))
		fprintf(f, ", %zu %s", n, what);
	else
		fprintf(f, "%zu case%s %s", n, n == 1 ? "" : "s", what);
}

char *answers_verdict(const struct answers *a)
{
	bool equivalent = answers_count(a, ANSWER_EQUIVALENT) ||
			  answers_count(a, ANSWER_UNCHANGED),
	     undecided = answers_count(a, ANSWER_INCONCLUSIVE);
	char *text = NULL;
	size_t size;
	FILE *f = xmemstream(&text, &size);

	add_count(f, answers_count(a, ANSWER_REGRESSED), "regressed");
	add_count(f, answers_count(a, ANSWER_FAILED), "failed");
	if (!ftell(f) && answers_count(a, ANSWER_IMPROVED))
		fputs("Nothing regressed", f);
	add_count(f, answers_count(a, ANSWER_IMPROVED), "improved");
	if (!ftell(f))
		fputs(equivalent && undecided ? "No change was found"
		      : equivalent            ? "Nothing changed"
		      : undecided             ? "Nothing could be decided"
					      : "Nothing could be measured",
		      f);
	fclose(f);
	return text;
}

bool answer_changed(enum answer_kind kind)
{
	return kind == ANSWER_FAILED || kind == ANSWER_REGRESSED ||
	       kind == ANSWER_IMPROVED;
}

char *answers_counts(const struct answers *a, bool all)
{
	static const enum answer_kind kinds[] = {
		ANSWER_FAILED,     ANSWER_REGRESSED, ANSWER_IMPROVED,
		ANSWER_EQUIVALENT, ANSWER_UNCHANGED, ANSWER_INCONCLUSIVE,
		ANSWER_UNMEASURED,
	};
	char *text = NULL;
	size_t size;
	FILE *f = xmemstream(&text, &size);

	for (size_t i = 0; i < countof(kinds); i++) {
		size_t n = answers_count(a, kinds[i]);

		if (n && (all || !answer_changed(kinds[i])))
			fprintf(f, "%s%zu %s", ftell(f) ? ", " : "", n,
				kinds[i] == ANSWER_INCONCLUSIVE ? "undecided (~)"
								: answer_word(kinds[i]));
	}
	fputs(a->n ? "" : "no case", f);
	fclose(f);
	return text;
}
