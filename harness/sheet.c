/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same tables and sentences as text or as HTML. */
#include "sheet.h"

#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "html.h"
#include "util.h"

enum { NARROWEST = 40 }; /* that a sentence is wrapped for */

struct sheet sheet_stdout(void)
{
	return (struct sheet){
		.to = stdout,
		.colour = use_colour(stdout),
		.room = terminal_columns(stdout),
	};
}

void sheet_table(const struct sheet *s, const struct table *t)
{
	if (s->html)
		table_html(t, s->to);
	else
		table_print(t, s->to, s->colour);
}

void sheet_line(const struct sheet *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *text = xvformat(fmt, ap);
	va_end(ap);
	fputs(s->html ? "<p>" : "", s->to);
	if (s->html)
		html_text(s->to, text);
	else if (s->room > NARROWEST)
		text_wrap(s->to, text, 0, s->room);
	else
		fprintf(s->to, "%s\n", text);
	fputs(s->html ? "</p>\n" : "", s->to);
	free(text);
}

void sheet_gap(const struct sheet *s)
{
	if (!s->html)
		putc('\n', s->to);
}

void sheet_item(const struct sheet *s, const char *term, const char *meaning)
{
	if (!s->html) {
		fprintf(s->to, "  %-8s %s\n", term, meaning);
		return;
	}
	fputs("<p class=\"item\"><b>", s->to);
	html_text(s->to, term);
	fputs("</b> ", s->to);
	html_text(s->to, meaning);
	fputs("</p>\n", s->to);
}
