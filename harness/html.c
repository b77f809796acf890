/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Escapes what HTML gives a meaning to, and replaces what it must not contain. */
#include "html.h"

#include "plain.h"

/* What stands for a character of markup, or NULL. */
static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_text(FILE *to, const char *text)
{
	while (*text) {
		const char *as;
		size_t length = plain_character(text, &as);

		if (!as)
			as = entity(*text);
		if (as)
			fputs(as, to);
		else
			fwrite(text, length, 1, to);
		text += length;
	}
}
