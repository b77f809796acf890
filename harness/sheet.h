/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where tables and sentences go: a terminal, a file of text, a page of HTML, or a comment
 * in Markdown. */
#ifndef LWP_SHEET_H
#define LWP_SHEET_H

#include <stdbool.h>
#include <stdio.h>

#include "table.h"

enum sheet_kind { SHEET_TEXT, SHEET_HTML, SHEET_MARKDOWN };

struct sheet {
	FILE *to;
	enum sheet_kind kind;
	bool colour; /* of text */
	size_t room; /* columns of the terminal; 0: no limit, as of all but text */
};

/* Standard output: colours and room as of the terminal there, if it is one. */
struct sheet sheet_stdout(void);
void sheet_table(const struct sheet *s, const struct table *t);
/* A line of its own: a paragraph. */
void sheet_line(const struct sheet *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* A headline, above what follows. */
void sheet_head(const struct sheet *s, const char *text);
/* What follows is folded away behind a summary, where that can be done, until
 * sheet_unfold. */
void sheet_fold(const struct sheet *s, const char *summary);
void sheet_unfold(const struct sheet *s);
/* Between paragraphs; nothing where they stand apart anyway. */
void sheet_gap(const struct sheet *s);
/* A line that says what a term means. */
void sheet_item(const struct sheet *s, const char *term, const char *meaning);

#endif
