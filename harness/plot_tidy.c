/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes what gnuplot drew fit for its use: in a page, in a terminal, the same each time.
 */
#include "plot_tidy.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

static bool begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

/* How much of s, inside a tag, comes before an id or what refers to one; 0 if s begins
 * with neither. */
static size_t before_id(const char *s)
{
	static const char *const marks[] = {" id='",   " id=\"",   "\tid='",
					    "href='#", "href=\"#", "url(#"};

	for (size_t i = 0; i < countof(marks); i++)
		if (begins(s, marks[i]))
			return strlen(marks[i]);
	return 0;
}

char *plot_tidy_svg(char *text, size_t *size, const struct origin *from)
{
	static const char title[] = "<title>", end[] = "</title>";
	char *tidy = NULL;
	bool in_tag = false; /* gnuplot escapes < in texts */
	FILE *out = open_memstream(&tidy, size);

	if (!out)
		return text;
	for (const char *s = text; *s; s++) {
		const char *after = begins(s, title) ? strstr(s, end) : NULL;
		size_t mark = in_tag ? before_id(s) : 0;

		if (after) {
			s = after + strlen(end) - 1;
			continue;
		}
		in_tag = *s == '<' || (in_tag && *s != '>');
		if (!mark) {
			fputc(*s, out);
			continue;
		}
		fprintf(out, "%.*s%s-", (int)mark, s, from->name);
		s += mark - 1;
	}
	fclose(out);
	free(text);
	return tidy;
}

/* "20261124081121" of ISO 8601, or the first second there was. */
static void digits_of(const char *started, char digits[15])
{
	size_t n = 0;

	for (const char *s = started; *s && n < 14; s++)
		if (isdigit((unsigned char)*s))
			digits[n++] = *s;
	digits[n] = 0;
	if (n < 14)
		memcpy(digits, "19700101000000", 15);
}

// NOLINTNEXTLINE(readability-non-const-parameter) ; as the others are
char *plot_tidy_pdf(char *text, size_t *size, const struct origin *from)
{
	static const char mark[] = "/CreationDate (D:";
	char digits[15], *date = memmem(text, *size, mark, strlen(mark));
	const char *end = text + *size;

	digits_of(from->started, digits);
	if (!date || end - date < (ptrdiff_t)(strlen(mark) + 15))
		return text;
	date = mempcpy(date + strlen(mark), digits, 14);
	/* What follows is Z, or a zone: +01'00. */
	if (*date != ')')
		*date++ = 'Z';
	for (; date < end && *date != ')'; date++)
		if (isdigit((unsigned char)*date))
			*date = '0';
	return text;
}

char *plot_tidy_txt(char *text, size_t *size, const struct origin *from)
{
	char *to = text;

	(void)from;
	for (const char *s = text + (*text == '\f'); *s;) {
		size_t line = strcspn(s, "\n"), kept = line;

		while (kept > 0 && s[kept - 1] == ' ')
			kept--;
		memmove(to, s, kept);
		to += kept;
		s += line;
		if (*s == '\n')
			*to++ = *s++;
	}
	/* gnuplot ends a picture with a line of blanks, or with none. */
	while (to > text && to[-1] == '\n')
		to--;
	*size = (size_t)(to - text) + 1;
	text = xrealloc(text, *size + 1, 1);
	memcpy(text + *size - 1, "\n", 2);
	return text;
}
