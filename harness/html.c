/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Escapes what HTML gives a meaning to, and replaces what it must not contain. */
#include "html.h"

#include <stdbool.h>

#include "util.h"

static unsigned code_point(const char *s, size_t length)
{
	unsigned c = (unsigned char)s[0];

	if (length > 1)
		c &= 0xffU >> (length + 1);
	for (size_t i = 1; i < length; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3f);
	return c;
}

/* What a page must not contain, though UTF-8 can say it: controls, what is no character,
 * and the marks that turn around how the text after them reads. */
static bool is_control(unsigned c)
{
	return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c <= 0x9f) ||
	       c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || (c & 0xfffe) == 0xfffe;
}

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

size_t html_character(const char *text, const char **as)
{
	size_t bad, length = utf8_length(text, &bad);

	*as = length == 0 || is_control(code_point(text, length)) ? "\ufffd" : NULL;
	return length ? length : bad;
}

void html_text(FILE *to, const char *text)
{
	while (*text) {
		const char *as;
		size_t length = html_character(text, &as);

		if (!as)
			as = entity(*text);
		if (as)
			fputs(as, to);
		else
			fwrite(text, length, 1, to);
		text += length;
	}
}
