/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where tables and sentences go: a terminal, a file of text, or a page of HTML. */
#ifndef LWP_SHEET_H
#define LWP_SHEET_H

#include <stdbool.h>
#include <stdio.h>

#include "table.h"

struct sheet {
	FILE *to;
	bool html;
	bool colour; /* of text */
	size_t room; /* columns of the terminal; 0: no limit, as of html */
};

/* Standard output: colours and room as of the terminal there, if it is one. */
struct sheet sheet_stdout(void);
void sheet_table(const struct sheet *s, const struct table *t);
/* A line of its own: a paragraph. */
void sheet_line(const struct sheet *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Between paragraphs; nothing in HTML. */
void sheet_gap(const struct sheet *s);
/* A line that says what a term means. */
void sheet_item(const struct sheet *s, const char *term, const char *meaning);

#endif
