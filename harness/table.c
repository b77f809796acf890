/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Aligns cells by the width that their characters take. */
#include "table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

enum { GAP = 2, NAME = 20 }; /* between columns; what a cut name has at the least */

size_t text_width(const char *s)
{
	size_t n = 0;

	/* Bytes that continue a UTF-8 character take no room. */
	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static char **cell(const struct table *t, size_t row, size_t column)
{
	return &t->cells[row * t->columns + column];
}

void table_row(struct table *t)
{
	t->cells = xrealloc(t->cells, (t->rows + 1) * t->columns, sizeof(*t->cells));
	for (size_t c = 0; c < t->columns; c++)
		*cell(t, t->rows, c) = xstrdup("");
	t->rows++;
}

void table_init(struct table *t, size_t columns, const char *const *heads, size_t room)
{
	*t = (struct table){.columns = columns, .room = room};
	table_row(t);
	for (size_t c = 0; c < columns; c++) {
		t->left[c] = heads[c][0] == '<';
		table_cell(t, c, "%s", heads[c] + t->left[c]);
	}
}

void table_cell(struct table *t, size_t column, const char *fmt, ...)
{
	char **to = cell(t, t->rows - 1, column);
	va_list ap;

	va_start(ap, fmt);
	free(*to);
	*to = xvformat(fmt, ap);
	va_end(ap);
}

/* Where the n-th character of a text begins. */
static const char *character(const char *text, size_t n)
{
	for (; *text; text++)
		if (((unsigned char)*text & 0xc0) != 0x80 && n-- == 0)
			break;
	return text;
}

/* The end of a name tells more than its middle. Caller frees. */
static char *shorten(const char *text, size_t widest)
{
	size_t width = text_width(text);

	if (width <= widest)
		return xstrdup(text);
	size_t head = (widest - 1) / 2, tail = widest - 1 - head;
	return xformat("%.*s…%s", (int)(character(text, head) - text), text,
		       character(text, width - tail));
}

static void print_row(const struct table *t, size_t row, const size_t *widths,
		      size_t shown, FILE *to)
{
	size_t gap = 0; /* not yet printed: no line ends in spaces */

	for (size_t c = 0; c < shown; c++) {
		char *text = shorten(*cell(t, row, c), widths[c]);
		size_t pad = widths[c] - text_width(text);

		gap += c ? GAP : 0;
		if (!t->left[c])
			gap += pad;
		if (*text) {
			fprintf(to, "%*s%s", (int)gap, "", text);
			gap = 0;
		}
		if (t->left[c])
			gap += pad;
		free(text);
	}
}

/* How many columns there is room for, once the first one is as narrow as need be. */
static size_t fit(const struct table *t, size_t *widths)
{
	size_t least = widths[0] < NAME ? widths[0] : NAME, rest = 0, shown = t->columns;

	if (!t->room)
		return shown;
	for (size_t c = 1; c < t->columns; c++)
		rest += GAP + widths[c];
	while (shown > 1 && least + rest > t->room)
		rest -= GAP + widths[--shown];
	if (widths[0] + rest > t->room)
		widths[0] = t->room > rest + least ? t->room - rest : least;
	return shown;
}

static void name_left_out(const struct table *t, size_t shown, FILE *to)
{
	for (size_t c = shown; c < t->columns; c++)
		fprintf(to, "%s%s", c == shown ? "(no room for: " : ", ", *cell(t, 0, c));
	fputs(shown < t->columns ? ")\n" : "", to);
}

void table_print(const struct table *t, FILE *to, bool colour)
{
	size_t widths[TABLE_COLUMNS] = {0};

	for (size_t r = 0; r < t->rows; r++) {
		for (size_t c = 0; c < t->columns; c++) {
			size_t w = text_width(*cell(t, r, c));

			widths[c] = w > widths[c] ? w : widths[c];
		}
	}
	size_t shown = fit(t, widths);
	for (size_t r = 0; r < t->rows; r++) {
		if (colour && r == 0)
			fputs("\033[1m", to);
		print_row(t, r, widths, shown, to);
		fputs(colour && r == 0 ? "\033[0m\n" : "\n", to);
	}
	name_left_out(t, shown, to);
}

void table_free(struct table *t)
{
	for (size_t i = 0; i < t->rows * t->columns; i++)
		free(t->cells[i]);
	free(t->cells);
	*t = (struct table){0};
}
