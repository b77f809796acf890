/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Knows the characters that would do something other than be seen: escape sequences end
 * here, and so do the marks that make a text read other than it is. */
#include "plain.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util.h"

/* After The Unicode Standard, section 3.9, table 3-7. */
size_t utf8_length(const char *text, size_t *bad)
{
	const unsigned char *s = (const unsigned char *)text;
	unsigned char low = 0x80, high = 0xbf;
	size_t more, i;

	if (s[0] < 0x80)
		return 1;
	more = s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : 1;
	*bad = 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	if (s[0] == 0xe0)
		low = 0xa0;
	else if (s[0] == 0xed)
		high = 0x9f;
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xf4)
		high = 0x8f;
	for (i = 1; i <= more; i++) {
		if (s[i] < low || s[i] > high)
			return 0;
		*bad = i + 1;
		low = 0x80;
		high = 0xbf;
	}
	return more + 1;
}

unsigned plain_code(const char *text, size_t length)
{
	unsigned c = (unsigned char)text[0];

	if (length > 1)
		c &= 0xffU >> (length + 1);
	for (size_t i = 1; i < length; i++)
		c = c << 6 | ((unsigned char)text[i] & 0x3f);
	return c;
}

/* Controls, what is no character, and the marks that turn around
 * how the text after them reads. */
static bool is_control(unsigned c)
{
	return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c <= 0x9f) ||
	       c == 0x061c || c == 0x200e || c == 0x200f ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	       (c & 0xfffe) == 0xfffe;
}

size_t plain_character(const char *text, const char **as)
{
	size_t bad, length = utf8_length(text, &bad);

	*as = length == 0 || is_control(plain_code(text, length)) ? "\ufffd" : NULL;
	return length ? length : bad;
}

static char *plain(const char *text, bool lines)
{
	char *out = NULL;
	size_t size;
	FILE *to = xmemstream(&out, &size);

	while (*text) {
		const char *as;
		size_t length = plain_character(text, &as);

		if (*text == '\t' || (*text == '\n' && !lines))
			as = " ";
		if (as)
			fputs(as, to);
		else
			fwrite(text, 1, length, to);
		text += length;
	}
	fclose(to);
	return out;
}

char *plain_line(const char *text)
{
	return plain(text, false);
}

char *plain_lines(const char *text)
{
	return plain(text, true);
}

char *plain_message(const char *text)
{
	enum { MOST = 2000 };
	char *line = plain_line(text);
	size_t len = strlen(line), head = MOST / 2, tail = len - MOST / 2;

	if (len <= MOST)
		return line;
	while (((unsigned char)line[head] & 0xc0) == 0x80)
		head--;
	while (((unsigned char)line[tail] & 0xc0) == 0x80)
		tail++;
	char *shorter = xformat("%.*s ... %s", (int)head, line, line + tail);
	free(line);
	return shorter;
}

void plain_print(FILE *to, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *text = xvformat(fmt, ap), *line = plain_line(text);
	va_end(ap);
	fprintf(to, "%s\n", line);
	free(line);
	free(text);
}

void plain_path(const char *path)
{
	if (isatty(STDOUT_FILENO))
		plain_print(stdout, "%s", path);
	else
		puts(path);
}
