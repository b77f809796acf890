/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Escapes what Markdown gives a meaning to, and parts what its renderers look for in the
 * text that remains. */
#include "markdown.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "plain.h"
#include "util.h"

/* Takes no room, and ends what a renderer would recognise. */
static const char apart[] = "\u200b";

static const char blanks[] = " \t\n";

/* Whether c, followed by next, begins what renderers look for when all markup is done, so
 * that no escape helps: a mention, a reference to an issue, label or the like, an emoji,
 * an address. */
static bool is_reference(char c, char next)
{
	unsigned char n = (unsigned char)next;

	if (c == ':')
		return isalpha(n) || n == '/' || n == '+' || n == '-';
	return strchr("@#!$%&~", c) && (isalnum(n) || n == '_' || n == '"' || n >= 0x80);
}

/* One character that may stand as it is in a page. */
static void put(FILE *to, const char *text, size_t length)
{
	switch (*text) {
	case '\n':
	case '\t':
		putc(' ', to);
		return;
	case '<':
		fputs("&lt;", to);
		return;
	case '>':
		fputs("&gt;", to);
		return;
	case '&':
		fputs("&amp;", to);
		break;
	default:
		if (strchr("\\`*_[]|~$#", *text))
			putc('\\', to);
		fwrite(text, length, 1, to);
	}
	if (is_reference(text[0], text[1]))
		fputs(apart, to);
}

/* Length of the code that begins at a backtick, both of its backticks counted; 0 if it is
 * none that can be kept: nothing can be escaped in code, and a table ends its cells
 * there, too. */
static size_t code_length(const char *text)
{
	const char *p = text + 1;

	while (*p && !strchr("`|\\\n\t", *p)) {
		const char *as;
		size_t length = plain_character(p, &as);

		if (as)
			return 0;
		p += length;
	}
	/* Two backticks in a row would begin or end something else. */
	bool some = p > text + 1 && text[1] != ' ' && p[-1] != ' ';
	return some && p[0] == '`' && p[1] != '`' ? (size_t)(p + 1 - text) : 0;
}

void markdown_text(FILE *to, const char *text)
{
	const char *begin = text += strspn(text, blanks), *end = text + strlen(text);

	/* Blanks at the ends would spoil what is put around it. */
	while (end > text && strchr(blanks, end[-1]))
		end--;
	while (text < end) {
		const char *as;
		bool ticks = text > begin && text[-1] == '`';
		size_t code = *text == '`' && !ticks ? code_length(text) : 0;

		if (code) {
			fwrite(text, code, 1, to);
			text += code;
			continue;
		}
		size_t length = plain_character(text, &as);

		/* An address needs no scheme if it begins so. */
		if (*text == '.' && text - begin >= 3 &&
		    strncasecmp(text - 3, "www", 3) == 0)
			fputs(apart, to);
		if (as)
			fputs(as, to);
		else
			put(to, text, length);
		text += length;
	}
}

void markdown_paragraph(FILE *to, const char *text)
{
	text += strspn(text, blanks);
	size_t digits = strspn(text, "0123456789");

	/* The others that begin something are escaped wherever they are. */
	if (*text && strchr("-+", *text))
		putc('\\', to);
	if (digits && text[digits] && strchr(".)", text[digits])) {
		fprintf(to, "%.*s\\", (int)digits, text);
		text += digits;
	}
	markdown_text(to, text);
}

void markdown_code(FILE *to, const char *text)
{
	char *ticked = xformat("`%s`", text);

	if (!strchr(text, '`') && code_length(ticked))
		fputs(ticked, to);
	else
		markdown_paragraph(to, text);
	free(ticked);
}
