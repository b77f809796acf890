/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same tables and sentences as text, as HTML or as Markdown. */
#include "sheet.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "html.h"
#include "markdown.h"
#include "plain.h"
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
	switch (s->kind) {
	case SHEET_TEXT:
		table_print(t, s->to, s->colour);
		break;
	case SHEET_HTML:
		table_html(t, s->to);
		break;
	case SHEET_MARKDOWN:
		table_markdown(t, s->to);
		break;
	}
}

static void line(const struct sheet *s, const char *text)
{
	switch (s->kind) {
	case SHEET_TEXT:
		if (s->room > NARROWEST)
			text_wrap(s->to, text, 0, s->room);
		else
			fprintf(s->to, "%s\n", text);
		break;
	case SHEET_HTML:
		fputs("<p>", s->to);
		html_text(s->to, text);
		fputs("</p>\n", s->to);
		break;
	case SHEET_MARKDOWN:
		markdown_paragraph(s->to, text);
		fputs("\n\n", s->to);
		break;
	}
}

void sheet_line(const struct sheet *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *text = xvformat(fmt, ap);
	va_end(ap);
	/* Lines end where we say it, not where a name from elsewhere does. */
	char *clean = strchr(fmt, '\n') ? plain_lines(text) : plain_line(text);
	line(s, clean);
	free(clean);
	free(text);
}

static void put_plain(FILE *to, const char *text)
{
	char *line = plain_line(text);

	fputs(line, to);
	free(line);
}

void sheet_head(const struct sheet *s, const char *text)
{
	switch (s->kind) {
	case SHEET_TEXT:
		fputs(s->colour ? "\033[1m" : "", s->to);
		put_plain(s->to, text);
		fputs(s->colour ? "\033[0m\n" : "\n", s->to);
		break;
	case SHEET_HTML:
		fputs("<h3>", s->to);
		html_text(s->to, text);
		fputs("</h3>\n", s->to);
		break;
	case SHEET_MARKDOWN:
		fputs("### ", s->to);
		markdown_text(s->to, text);
		fputs("\n\n", s->to);
		break;
	}
}

void sheet_fold(const struct sheet *s, const char *summary)
{
	if (s->kind == SHEET_TEXT)
		return;
	fputs("<details><summary>", s->to);
	html_text(s->to, summary);
	/* Markdown goes on behind an empty line. */
	fputs("</summary>\n\n", s->to);
}

void sheet_unfold(const struct sheet *s)
{
	if (s->kind != SHEET_TEXT)
		fputs("</details>\n\n", s->to);
}

void sheet_gap(const struct sheet *s)
{
	if (s->kind == SHEET_TEXT)
		putc('\n', s->to);
}

void sheet_item(const struct sheet *s, const char *term, const char *meaning)
{
	switch (s->kind) {
	case SHEET_TEXT:
		plain_print(s->to, "  %-8s %s", term, meaning);
		break;
	case SHEET_HTML:
		fputs("<p class=\"item\"><b>", s->to);
		html_text(s->to, term);
		fputs("</b> ", s->to);
		html_text(s->to, meaning);
		fputs("</p>\n", s->to);
		break;
	case SHEET_MARKDOWN:
		fputs("**", s->to);
		markdown_text(s->to, term);
		fputs("** ", s->to);
		markdown_text(s->to, meaning);
		fputs("\n\n", s->to);
		break;
	}
}
