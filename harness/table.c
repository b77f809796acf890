/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Aligns cells by the width that their characters take. */
#include "table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "markdown.h"
#include "plain.h"
#include "util.h"

enum { GAP = 2, NAME = 20 }; /* between columns; what a cut name has at the least */
/* Of notes: they are for reading, and long lines are hard to read. */
enum { INDENT = 4, NARROWEST = 40, WIDEST = 120, USUAL = 96 };

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

static enum table_mark *mark_of(const struct table *t, size_t row, size_t column)
{
	return &t->marks[row * t->columns + column];
}

void table_row(struct table *t)
{
	t->cells = xrealloc(t->cells, (t->rows + 1) * t->columns, sizeof(*t->cells));
	t->marks = xrealloc(t->marks, (t->rows + 1) * t->columns, sizeof(*t->marks));
	for (size_t c = 0; c < t->columns; c++) {
		*cell(t, t->rows, c) = xstrdup("");
		*mark_of(t, t->rows, c) = TABLE_PLAIN;
	}
	t->notes = xrealloc(t->notes, t->rows + 1, sizeof(*t->notes));
	t->notes[t->rows] = NULL;
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
	char *text = xvformat(fmt, ap);
	va_end(ap);
	free(*to);
	*to = plain_line(text);
	free(text);
}

void table_mark(struct table *t, size_t column, enum table_mark mark)
{
	*mark_of(t, t->rows - 1, column) = mark;
}

void table_note(struct table *t, const char *fmt, ...)
{
	char **to = &t->notes[t->rows - 1];
	va_list ap;

	va_start(ap, fmt);
	char *text = xvformat(fmt, ap);
	va_end(ap);
	/* It is one line to those who read them apart. */
	char *line = plain_line(text);
	char *all = *to ? xformat("%s\n%s", *to, line) : xstrdup(line);
	free(line);
	free(text);
	free(*to);
	*to = all;
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

/* The heads are bold. */
static const char *colour_of(const struct table *t, size_t row, size_t column)
{
	static const char *const of[] = {
		[TABLE_PLAIN] = "", [TABLE_GOOD] = "\033[32m", [TABLE_BAD] = "\033[31m"};

	return row ? of[*mark_of(t, row, column)] : "";
}

static void print_row(const struct table *t, size_t row, const size_t *widths,
		      size_t shown, FILE *to, bool colour)
{
	size_t gap = 0; /* not yet printed: no line ends in spaces */

	for (size_t c = 0; c < shown; c++) {
		char *text = shorten(*cell(t, row, c), widths[c]);
		size_t pad = widths[c] - text_width(text);
		const char *on = colour ? colour_of(t, row, c) : "";

		gap += c ? GAP : 0;
		if (!t->left[c])
			gap += pad;
		if (*text) {
			fprintf(to, "%*s%s%s%s", (int)gap, "", on, text,
				*on ? "\033[0m" : "");
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

/* The end of what fits of a line into `room` columns; at least one word. */
static const char *line_end(const char *text, const char *end, size_t room)
{
	const char *most = character(text, room), *cut = NULL;

	if (most >= end)
		return end;
	for (const char *p = text; p < end && (p <= most || !cut); p++)
		if (*p == ' ' && p > text)
			cut = p;
	return cut ? cut : end;
}

void text_wrap(FILE *to, const char *text, size_t indent, size_t width)
{
	while (*text) {
		const char *end = text + strcspn(text, "\n");
		size_t margin = indent;

		do {
			const char *cut = line_end(text, end, width - margin);

			fprintf(to, "%*s%.*s\n", (int)margin, "", (int)(cut - text),
				text);
			text = cut < end ? cut + strspn(cut, " ") : end;
			margin = indent + GAP;
		} while (text < end);
		text += *text == '\n';
	}
}

static void print_note(const struct table *t, const char *note, FILE *to)
{
	size_t width = t->room ? t->room : USUAL;

	text_wrap(to, note, INDENT,
		  width < NARROWEST ? NARROWEST
		  : width > WIDEST  ? WIDEST
				    : width);
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
		print_row(t, r, widths, shown, to, colour);
		fputs(colour && r == 0 ? "\033[0m\n" : "\n", to);
		if (t->notes[r])
			print_note(t, t->notes[r], to);
	}
	name_left_out(t, shown, to);
}

static void html_row(const struct table *t, size_t row, FILE *to)
{
	fputs("<tr>", to);
	for (size_t c = 0; c < t->columns; c++) {
		const char *kind = row == 0 || c == 0 ? "th" : "td";
		const char *scope = row == 0 ? " scope=\"col\""
				    : c == 0 ? " scope=\"row\""
					     : "";

		fprintf(to, "<%s%s%s>", kind, scope, t->left[c] ? "" : " class=\"n\"");
		html_text(to, *cell(t, row, c));
		fprintf(to, "</%s>", kind);
	}
	fputs("</tr>\n", to);
}

static void html_note(const struct table *t, const char *note, FILE *to)
{
	fprintf(to, "<tr class=\"note\"><td colspan=\"%zu\">", t->columns);
	while (*note) {
		size_t len = strcspn(note, "\n");
		char *line = xstrndup(note, len);

		html_text(to, line);
		free(line);
		note += len;
		if (*note) {
			fputs("<br/>", to);
			note++;
		}
	}
	fputs("</td></tr>\n", to);
}

void table_html(const struct table *t, FILE *to)
{
	/* What is too wide moves inside its own box, by the keyboard, too. */
	fputs("<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"", to);
	html_text(to, *cell(t, 0, 0));
	fputs("\"><table>\n<thead>\n", to);
	html_row(t, 0, to);
	fputs("</thead>\n<tbody>\n", to);
	for (size_t r = 1; r < t->rows; r++) {
		html_row(t, r, to);
		if (t->notes[r])
			html_note(t, t->notes[r], to);
	}
	fputs("</tbody>\n</table></div>\n", to);
}

static void markdown_cell(const struct table *t, size_t row, size_t column, FILE *to)
{
	const char *text = *cell(t, row, column);
	bool bold =
		text[strspn(text, " \t\n")] && *mark_of(t, row, column) != TABLE_PLAIN;

	fputs(bold ? " **" : " ", to);
	if (row && column == 0 && !strchr(text, ' '))
		markdown_code(to, text);
	else
		markdown_text(to, text);
	fputs(bold ? "** |" : " |", to);
}

static void markdown_row(const struct table *t, size_t row, FILE *to)
{
	putc('|', to);
	for (size_t c = 0; c < t->columns; c++)
		markdown_cell(t, row, c, to);
	putc('\n', to);
}

/* A table has no room for sentences. */
static void markdown_notes(const struct table *t, size_t row, FILE *to)
{
	fputs("- ", to);
	markdown_code(to, *cell(t, row, 0));
	fputs(": ", to);
	markdown_text(to, t->notes[row]);
	putc('\n', to);
}

void table_markdown(const struct table *t, FILE *to)
{
	bool noted = false;

	markdown_row(t, 0, to);
	putc('|', to);
	for (size_t c = 0; c < t->columns; c++)
		fputs(t->left[c] ? " :--- |" : " ---: |", to);
	putc('\n', to);
	for (size_t r = 1; r < t->rows; r++)
		markdown_row(t, r, to);
	putc('\n', to);
	for (size_t r = 1; r < t->rows; r++) {
		if (t->notes[r])
			markdown_notes(t, r, to);
		noted |= t->notes[r] != NULL;
	}
	fputs(noted ? "\n" : "", to);
}

void table_free(struct table *t)
{
	for (size_t i = 0; i < t->rows * t->columns; i++)
		free(t->cells[i]);
	for (size_t i = 0; i < t->rows; i++)
		free(t->notes[i]);
	free(t->cells);
	free(t->marks);
	free(t->notes);
	*t = (struct table){0};
}
