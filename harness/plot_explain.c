/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data of the picture of functions: what they take, or take more or less. */
#include "plot_explain.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "plot_data.h"
#include "units.h"
#include "util.h"

/* Functions of a case; cases. */
enum { BARS = 15, CASES = 4 };

/* What a block of bars is of; the template's colours go by this. */
enum block { WHOLE, KERNEL, USER, BLOCKS };

static double size_of(const struct explanation *x, const double of[EXPLAIN_ARMS])
{
	return x->arms == 1 ? of[EXPLAIN_BASE] : of[EXPLAIN_NEW] - of[EXPLAIN_BASE];
}

static void put_bar(FILE *out, const struct explanation *x, size_t row, const char *name,
		    const double of[EXPLAIN_ARMS], enum block block)
{
	double size = size_of(x, of);
	char number[32];

	fprintf(out, "%zu", row);
	plot_put_number(out, fmin(0, size));
	plot_put_number(out, fmax(0, size));
	units_number(fabs(size), number, sizeof(number));
	char *text = x->arms == 1 ? xstrdup(number)
				  : xformat("%s%s", size < 0 ? "−" : "+", number);
	plot_put_text(out, text);
	free(text);
	plot_put_text(out, name);
	plot_put_number(out, block);
	fputc('\n', out);
}

/* A case's bars from row `row` on, those of the block; the rows that all its bars take.
 */
static size_t put_case(FILE *out, const struct explanation *x, const struct explained *e,
		       size_t row, enum block block)
{
	size_t n = 1;

	if (block == WHOLE)
		put_bar(out, x, row, e->text, e->count, block);
	for (size_t i = 0; i < e->n && n <= BARS; i++) {
		const struct explain_function *f = &e->v[i];

		if (size_of(x, f->of) == 0)
			break;
		if (block == (f->kernel ? KERNEL : USER))
			put_bar(out, x, row + n, f->name, f->of, block);
		n++;
	}
	return n + 1;
}

/* The cases shown; a block without a bar is none, for gnuplot. */
static size_t put_block(FILE *out, const struct explanation *x, enum block block)
{
	static const char *const names[BLOCKS] = {"all of the operation", "kernel",
						  "user"};
	size_t row = 1, shown = 0, size;
	char *bars = NULL;
	FILE *to = xmemstream(&bars, &size);

	for (size_t i = 0; i < x->n && shown < CASES; i++) {
		if (x->v[i].wrong)
			continue;
		row += put_case(to, x, &x->v[i], row, block);
		shown++;
	}
	fclose(to);
	if (size) {
		plot_begin_block(out, names[block]);
		fputs(bars, out);
	}
	free(bars);
	return shown;
}

int plot_explain(const struct explanation *x, const struct plot_order *order,
		 char **error)
{
	struct facts host = {0};
	char *rows = NULL;
	size_t size, shown = 0;
	FILE *out = xmemstream(&rows, &size);

	for (int b = 0; b < BLOCKS; b++)
		shown = put_block(out, x, b);
	fclose(out);
	char *releases = x->arms == 1
				 ? xstrdup(x->releases[0])
				 : xformat("%s → %s", x->releases[0], x->releases[1]);
	facts_add(&host, "cpu.model", x->machine, NULL);
	facts_add(&host, "cpu.online", "1", NULL);
	facts_add(&host, "kernel.release", releases, NULL);
	const struct plot_given p = {
		.name = "explain",
		.title = x->arms == 1
				 ? "Instructions of an operation, by function"
				 : "Instructions that an operation takes more or less",
		.columns = "row, from, to, its text, function, 0 for all of the "
			   "operation, 1 kernel, 2 user",
		.host = &host,
		.when = "the median operation",
		.resting = "n = 1",
		.rows = rows,
	};
	int err = shown ? plot_draw_given(&p, order, error) : -ENODATA;

	if (!shown)
		*error = xstrdup("explain: there is nothing to draw");
	facts_free(&host);
	free(releases);
	free(rows);
	return err;
}
