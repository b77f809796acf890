/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of text: aligned columns, coloured on a terminal only. */
#ifndef LWP_TABLE_H
#define LWP_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { TABLE_COLUMNS = 16 };

/* What a cell says at a glance: green or red on a terminal, bold in Markdown. */
enum table_mark { TABLE_PLAIN, TABLE_GOOD, TABLE_BAD };

struct table {
	size_t columns, rows;
	char **cells;             /* rows x columns */
	enum table_mark *marks;   /* of each cell */
	char **notes;             /* rows: sentences below a row, a line each; or NULL */
	bool left[TABLE_COLUMNS]; /* text, aligned to the left; numbers go to the right */
	size_t room;              /* columns of the terminal; 0: no limit */
};

/* `heads` has `columns` texts; one that begins with "<" is a column of text. Where there
 * is not room for all, texts of the first column are cut, then the last columns are left
 * out and named below. */
void table_init(struct table *t, size_t columns, const char *const *heads, size_t room);
/* Starts a row of empty cells. */
void table_row(struct table *t);
/* Fills a cell of the last row. */
void table_cell(struct table *t, size_t column, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Marks a cell of the last row. */
void table_mark(struct table *t, size_t column, enum table_mark mark);
/* Adds a sentence below the last row, which is wrapped where a text gets too wide. */
void table_note(struct table *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void table_print(const struct table *t, FILE *to, bool colour);
/* The whole table as HTML, whatever the room; texts are escaped. */
void table_html(const struct table *t, FILE *to);
/* The whole table as Markdown, its notes in a list below it; texts are escaped, and first
 * cells of one word are code. */
void table_markdown(const struct table *t, FILE *to);
void table_free(struct table *t);
/* Columns that a UTF-8 text takes on a terminal, its characters counted as one each. */
size_t text_width(const char *s);
/* Prints the lines of a text below `indent`, those that are wider than `width` wrapped
 * between words and indented a little more. */
void text_wrap(FILE *to, const char *text, size_t indent, size_t width);

#endif
