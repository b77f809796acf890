/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rewrites a picture element by element: what is not known to be harmless is refused. */
#include "svg.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "util.h"

struct copying {
	FILE *to;
	const char *at; /* what is not yet read */
};

/* A piece of the picture's text. */
struct span {
	const char *text;
	size_t length;
};

static bool is(struct span s, const char *word)
{
	return s.length == strlen(word) && strncmp(s.text, word, s.length) == 0;
}

/* Whether it is one of the words of a text. */
static bool among(struct span s, const char *words)
{
	for (size_t n; *words; words += n) {
		words += strspn(words, " ");
		n = strcspn(words, " ");
		if (n == s.length && strncmp(words, s.text, n) == 0)
			return true;
	}
	return false;
}

static struct span take(struct copying *c, size_t length)
{
	struct span s = {c->at, length};

	c->at += length;
	return s;
}

static struct span take_name(struct copying *c)
{
	size_t n = 0;

	while (isalnum((unsigned char)c->at[n]) || (c->at[n] && strchr("-:_", c->at[n])))
		n++;
	return take(c, n);
}

static void put_span(struct copying *c, struct span s)
{
	char *text = xstrndup(s.text, s.length);

	html_text(c->to, text);
	free(text);
}

/* Whether a value refers to nothing but names of elements. */
static bool stays_inside(struct span name, struct span value)
{
	if (is(name, "href"))
		return value.length && *value.text == '#';
	for (size_t i = 0; i + 4 < value.length; i++)
		if (strncasecmp(value.text + i, "url(", 4) == 0 &&
		    value.text[i + 4] != '#')
			return false;
	return true;
}

static void skip_space(struct copying *c)
{
	c->at += strspn(c->at, " \t\r\n");
}

/* One attribute; 0 or -EINVAL. Nothing may run, or refer to what is not in the picture.
 */
static int copy_attribute(struct copying *c)
{
	static const char known[] =
		"class color cx cy d fill fill-opacity fill-rule filter filterUnits "
		"flood-color flood-opacity font-family font-size font-style font-weight "
		"height href id in in2 opacity operator points r result rx "
		"shape-rendering stroke stroke-dasharray stroke-linecap stroke-linejoin "
		"stroke-opacity stroke-width text-anchor transform width x y";
	struct span name = take_name(c);

	skip_space(c);
	c->at += *c->at == '=';
	skip_space(c);
	char quote = *c->at;
	if (quote != '"' && quote != '\'')
		return -EINVAL;
	c->at++;
	const char *end = strchr(c->at, quote);
	if (!end)
		return -EINVAL;
	struct span value = take(c, (size_t)(end - c->at));
	c->at++;
	/* HTML has no need of these. */
	if (is(name, "xml:space") || is(name, "xmlns") || is(name, "xmlns:xlink"))
		return 0;
	if (is(name, "xlink:href"))
		name = (struct span){"href", 4};
	if (!among(name, known) || !stays_inside(name, value))
		return -EINVAL;
	fprintf(c->to, " %.*s=\"", (int)name.length, name.text);
	put_span(c, value);
	fputc('"', c->to);
	return 0;
}

/* Past the element's end, whatever it holds; 0 or -EINVAL. */
static int skip_element(struct copying *c, struct span name)
{
	char *end = xformat("</%.*s>", (int)name.length, name.text);
	const char *found = strstr(c->at, end);

	if (found)
		c->at = found + strlen(end);
	free(end);
	return found ? 0 : -EINVAL;
}

/* A tag, from behind its "<" on; 0 or -EINVAL. */
static int copy_tag(struct copying *c)
{
	static const char known[] =
		"circle clipPath defs ellipse feComposite feFlood filter g line path "
		"polygon polyline rect svg text tspan use";
	bool closes = *c->at == '/';
	int err = 0;

	c->at += closes;
	struct span name = take_name(c);
	/* They name the program's parts to whoever rests the pointer there. */
	if (is(name, "title") || is(name, "desc"))
		return skip_element(c, name);
	if (!among(name, known))
		return -EINVAL;
	fprintf(c->to, "<%s%.*s", closes ? "/" : "", (int)name.length, name.text);
	for (skip_space(c); !err && *c->at && !strchr("/>", *c->at); skip_space(c))
		err = copy_attribute(c);
	if (!err && *c->at == '/') {
		fputc('/', c->to);
		c->at++;
	}
	if (err || *c->at != '>')
		return -EINVAL;
	c->at++;
	fputc('>', c->to);
	return 0;
}

/* What stands between tags, of which gnuplot has escaped two characters. */
static void copy_text(struct copying *c)
{
	struct span all = take(c, strcspn(c->at, "<"));
	char *text = xcalloc(all.length + 1, 1), *end = text;

	for (size_t i = 0; i < all.length; i++) {
		char next = all.text[i];

		if (strncmp(all.text + i, "&lt;", 4) == 0) {
			next = '<';
			i += 3;
		} else if (strncmp(all.text + i, "&amp;", 5) == 0) {
			i += 4;
		}
		*end++ = next;
	}
	if (text[strspn(text, " \t\r\n")])
		html_text(c->to, text);
	free(text);
}

/* Takes the root's viewBox, which is all that a page needs of it, and goes past its tag.
 */
static int open_root(struct copying *c, const char *title)
{
	static const char mark[] = "viewBox=\"";
	const char *root = strstr(c->at, "<svg"), *end = root ? strchr(root, '>') : NULL;
	const char *box = root ? strstr(root, mark) : NULL;

	if (!box || !end || box > end)
		return -EINVAL;
	box += strlen(mark);
	struct span size = {box, strspn(box, "0123456789. ")};
	if (!size.length || box[size.length] != '"')
		return -EINVAL;
	c->at = end + 1;
	fprintf(c->to, "<svg viewBox=\"%.*s\" role=\"img\" aria-label=\"",
		(int)size.length, size.text);
	html_text(c->to, title);
	fputs("\">", c->to);
	return 0;
}

/* The sheet of paper behind all, if that is what comes next: the page has its own. */
static void skip_paper(struct copying *c)
{
	static const char canvas[] = "gnuplot_canvas\">";
	const char *paper = strstr(c->at, canvas);

	if (!paper)
		return;
	paper += strlen(canvas);
	paper += strspn(paper, " \t\r\n");
	if (strncmp(paper, "<rect x=\"0\" y=\"0\" ", 18) != 0 || !strstr(paper, "/>"))
		return;
	fputs("<g>", c->to);
	c->at = strstr(paper, "/>") + 2;
}

int svg_put(FILE *to, const char *svg, const char *title)
{
	struct copying c = {.to = to, .at = svg};
	int err = open_root(&c, title);

	if (!err)
		skip_paper(&c);
	while (!err && *c.at) {
		copy_text(&c);
		if (*c.at) {
			c.at++;
			err = copy_tag(&c);
		}
	}
	return err;
}
