/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides case by case by its band, and shows what came out. */
#include "contrast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "exact.h"
#include "json.h"
#include "units.h"
#include "util.h"

static const char *const answer_names[] = {"same", "more", "less", "?"};

/* ---- answers */

static void say_unknown(struct contrast_row *row, char *why)
{
	row->answer = CONTRAST_UNKNOWN;
	row->note = why;
}

/* Of one figure, what lies beyond its reach. */
static enum contrast_answer beyond(double a, double b, double reach)
{
	return fabs(b - a) <= reach ? CONTRAST_SAME
	       : b > a              ? CONTRAST_MORE
				    : CONTRAST_LESS;
}

static void decide(struct contrast_row *row)
{
	row->answer = beyond(row->a, row->b, row->reach);
	/* A page more or less is worth a word even where instructions hide it. */
	if (row->paged && row->answer == CONTRAST_SAME) {
		row->answer = beyond(row->pages_a, row->pages_b, row->pages_reach);
		if (row->answer != CONTRAST_SAME)
			row->note = xstrdup("by its pages: instructions lie in the band");
	}
}

/* The wider band of both kernels, which must both be known. */
static void judge(const struct record *a, const struct kase *ka, const struct record *b,
		  const struct kase *kb, const struct bands *const of[2],
		  struct contrast_row *row)
{
	char *program_a = exact_program(a, ka), *program_b = exact_program(b, kb);

	row->reach = row->pages_reach = 0;
	for (size_t i = 0; i < 2; i++) {
		const struct band *band =
			bands_find(of[i], row->text, program_a, program_b);

		row->reach = band ? fmax(row->reach, bands_reach(band)) : (double)NAN;
		if (!band)
			break;
		row->pages_reach = fmax(row->pages_reach, bands_page_reach(band));
	}
	free(program_a);
	free(program_b);
	if (!isnan(row->reach))
		decide(row);
	else if (row->a != row->b || row->pages_a != row->pages_b)
		say_unknown(row, xstrdup("its band is not known: `exact calibrate` "
					 "measures it"));
}

static char *why_not(const struct kase *k, const char *side)
{
	if (!k)
		return xformat("%s does not have it", side);
	return xformat("%s: %s", side, k->reason ? k->reason : status_name(k->status));
}

static void add_row(struct contrast *c, const struct record *a, const struct record *b,
		    const char *text, const struct bands *const of[2])
{
	const struct kase *ka = record_find(a, text), *kb = record_find(b, text);
	const bool ok_a = ka && ka->status == STATUS_OK,
		   ok_b = kb && kb->status == STATUS_OK;

	/* What neither can have is no matter of the two. */
	if (ka && kb && ka->status == STATUS_SKIPPED && kb->status == STATUS_SKIPPED)
		return;
	c->v = xrealloc(c->v, c->n + 1, sizeof(*c->v));
	struct contrast_row *row = &c->v[c->n++];
	*row = (struct contrast_row){.text = xstrdup(text),
				     .a = ok_a ? bands_count(ka) : (double)NAN,
				     .b = ok_b ? bands_count(kb) : (double)NAN,
				     .pages_a = ok_a ? bands_pages(ka) : (double)NAN,
				     .pages_b = ok_b ? bands_pages(kb) : (double)NAN,
				     .reach = NAN,
				     .pages_reach = NAN};
	row->paged = ok_a && ok_b && (row->pages_a >= 0.5 || row->pages_b >= 0.5);
	if (ok_a && ok_b)
		judge(a, ka, b, kb, of, row);
	else
		say_unknown(row, ok_a ? why_not(kb, "b") : why_not(ka, "a"));
}

void contrast_of(const struct record *a, const struct record *b, const struct bands *of_a,
		 const struct bands *of_b, struct contrast *out)
{
	const struct bands *const of[2] = {of_a, of_b};

	for (size_t i = 0; i < a->ncases; i++)
		add_row(out, a, b, a->cases[i].text, of);
	for (size_t i = 0; i < b->ncases; i++)
		if (!record_find(a, b->cases[i].text))
			add_row(out, a, b, b->cases[i].text, of);
}

bool contrast_lacks_bands(const struct contrast *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].answer == CONTRAST_UNKNOWN && !isnan(c->v[i].a) &&
		    !isnan(c->v[i].b))
			return true;
	return false;
}

static size_t count(const struct contrast *c, enum contrast_answer answer)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += c->v[i].answer == answer;
	return n;
}

int contrast_status(const struct contrast *c)
{
	if (count(c, CONTRAST_MORE))
		return EXIT_REGRESSION;
	return !c->n || count(c, CONTRAST_UNKNOWN) ? EXIT_CANNOT_SAY : EXIT_OK;
}

/* ---- the table */

/* A figure, known or not, with what stands before and behind it. */
static void number(struct table *t, size_t column, const char *before, double x,
		   int digits, const char *behind)
{
	if (isnan(x))
		table_cell(t, column, "–");
	else
		table_cell(t, column, "%s%.*f%s", before, digits, x, behind);
}

/* A difference: with its sign. */
static void difference(struct table *t, size_t column, double x, int digits,
		       const char *behind)
{
	number(t, column, x < 0 ? "" : "+", x, digits, behind);
}

static void show_row(struct table *t, const struct contrast_row *r)
{
	table_row(t);
	table_cell(t, 0, "%s", r->text);
	number(t, 1, "", r->a, 0, "");
	number(t, 2, "", r->b, 0, "");
	difference(t, 3, r->b - r->a, 0, "");
	difference(t, 4, r->a > 0 ? (r->b / r->a - 1) * 100 : (double)NAN, 2, " %");
	number(t, 5, "±", r->reach, 0, "");
	if (r->paged) {
		number(t, 6, "", r->pages_a, 2, "");
		number(t, 7, "", r->pages_b, 2, "");
	}
	table_cell(t, 8, "%s", answer_names[r->answer]);
	table_mark(t, 8,
		   r->answer == CONTRAST_MORE   ? TABLE_BAD
		   : r->answer == CONTRAST_LESS ? TABLE_GOOD
						: TABLE_PLAIN);
	if (r->note)
		table_note(t, "%s", r->note);
}

void contrast_show(const struct sheet *s, const struct contrast *c, bool all)
{
	static const char *const heads[] = {"<case", "a",       "b",       "b - a",  "",
					    "band",  "pages a", "pages b", "<answer"};
	struct table t;

	sheet_line(s, "a: %s", c->names[0]);
	sheet_line(s, "b: %s", c->names[1]);
	sheet_gap(s);
	table_init(&t, countof(heads), heads, s->room);
	for (size_t i = 0; i < c->n; i++)
		if (all || c->v[i].answer != CONTRAST_SAME)
			show_row(&t, &c->v[i]);
	if (t.rows > 1)
		sheet_table(s, &t);
	table_free(&t);
	sheet_gap(s);
	sheet_line(s,
		   "Instructions per operation (the lower quartile of its samples, which "
		   "ticks and deferred work do not reach), and pages that it faults in. "
		   "%zu more, %zu less, %zu the same within their bands, %zu cannot be "
		   "said.",
		   count(c, CONTRAST_MORE), count(c, CONTRAST_LESS),
		   count(c, CONTRAST_SAME), count(c, CONTRAST_UNKNOWN));
}

/* ---- JSON */

char *contrast_json(const struct contrast *c)
{
	struct json *root = json_new_object(), *cases = json_new_array();

	json_add_text(root, "schema", "lwpbench-exact/1");
	json_add_text(root, "a", c->names[0]);
	json_add_text(root, "b", c->names[1]);
	for (size_t i = 0; i < c->n; i++) {
		const struct contrast_row *r = &c->v[i];
		struct json *o = json_new_object();

		json_add_text(o, "case", r->text);
		json_add_real(o, "a", r->a);
		json_add_real(o, "b", r->b);
		json_add_real(o, "band", r->reach);
		json_add_real(o, "pages_a", r->pages_a);
		json_add_real(o, "pages_b", r->pages_b);
		json_add_real(o, "pages_band", r->pages_reach);
		json_add_text(o, "answer",
			      r->answer == CONTRAST_UNKNOWN ? "unknown"
							    : answer_names[r->answer]);
		json_add_text(o, "note", r->note);
		json_add(cases, NULL, o);
	}
	json_add(root, "cases", cases);
	char *text = json_text(root, true);
	json_free(root);
	return text;
}

void contrast_free(struct contrast *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->v[i].text);
		free(c->v[i].note);
	}
	free(c->v);
	free(c->names[0]);
	free(c->names[1]);
	*c = (struct contrast){0};
}
