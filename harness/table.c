/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Aligns cells by the width that their characters take. */
#include "table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

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

void table_init(struct table *t, size_t columns, const char *const *heads, size_t widest)
{
	*t = (struct table){.columns = columns, .widest = widest};
	table_row(t);
	for (size_t c = 0; c < columns; c++) {
		t->left[c] = heads[c][0] == '<';
		table_cell(t, c, "%s", heads[c] + t->left[c]);
	}
}

/* The end of a name tells more than its middle. */
static char *shorten(char *text, size_t widest)
{
	size_t width = text_width(text);

	if (!widest || width <= widest || strlen(text) != width)
		return text;
	size_t head = (widest - 1) / 2, tail = widest - 1 - head;
	char *cut = xformat("%.*s…%s", (int)head, text, text + width - tail);
	free(text);
	return cut;
}

void table_cell(struct table *t, size_t column, const char *fmt, ...)
{
	char **to = cell(t, t->rows - 1, column);
	va_list ap;

	va_start(ap, fmt);
	free(*to);
	*to = xvformat(fmt, ap);
	va_end(ap);
	if (column == 0)
		*to = shorten(*to, t->widest);
}

static void print_row(const struct table *t, size_t row, const size_t *widths, FILE *to)
{
	size_t gap = 0; /* not yet printed: no line ends in spaces */

	for (size_t c = 0; c < t->columns; c++) {
		const char *text = *cell(t, row, c);
		size_t pad = widths[c] - text_width(text);

		gap += c ? 2 : 0;
		if (!t->left[c])
			gap += pad;
		if (*text) {
			fprintf(to, "%*s%s", (int)gap, "", text);
			gap = 0;
		}
		if (t->left[c])
			gap += pad;
	}
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
	for (size_t r = 0; r < t->rows; r++) {
		if (colour && r == 0)
			fputs("\033[1m", to);
		print_row(t, r, widths, to);
		fputs(colour && r == 0 ? "\033[0m\n" : "\n", to);
	}
}

void table_free(struct table *t)
{
	for (size_t i = 0; i < t->rows * t->columns; i++)
		free(t->cells[i]);
	free(t->cells);
	*t = (struct table){0};
}
