/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the case of a record that a claim means by what it writes. */
#include <string.h>

#include "claims.h"
#include "units.h"

/* Part of a text. */
struct span {
	const char *at;
	size_t n;
};

static struct span whole(const char *text)
{
	return (struct span){text, strlen(text)};
}

static bool same(struct span a, struct span b)
{
	return a.n == b.n && memcmp(a.at, b.at, a.n) == 0;
}

/* Cuts off what stands before the first `c`, and that itself. */
static struct span cut(struct span *rest, char c)
{
	const char *end = memchr(rest->at, c, rest->n);
	struct span first = {rest->at, end ? (size_t)(end - rest->at) : rest->n};
	size_t used = first.n + (end != NULL);

	*rest = (struct span){rest->at + used, rest->n - used};
	return first;
}

/* A number with K, M, G or T. */
static bool to_number(struct span s, uint64_t *x)
{
	char text[24];
	bool suffixed;

	if (s.n >= sizeof(text))
		return false;
	memcpy(text, s.at, s.n);
	text[s.n] = 0;
	return units_size(text, x, &suffixed) == 0;
}

/* Whether each word of a, between +, is one of b. */
static bool within(struct span a, struct span b)
{
	while (a.n) {
		struct span word = cut(&a, '+'), rest = b;
		bool found = false;

		while (rest.n && !found)
			found = same(word, cut(&rest, '+'));
		if (!found)
			return false;
	}
	return true;
}

/* Whether two values mean the same. */
static bool equal(struct span a, struct span b)
{
	uint64_t x, y;

	if (same(a, b))
		return true;
	if (to_number(a, &x) && to_number(b, &y))
		return x == y;
	return a.n && b.n && within(a, b) && within(b, a);
}

/* Whether a text such as "fork/pages=0" has a value for that parameter. */
static bool is_written(struct span text, struct span name)
{
	cut(&text, '/');
	while (text.n) {
		struct span param = cut(&text, '/');

		if (same(cut(&param, '='), name))
			return true;
	}
	return false;
}

static bool matches(const struct kase *k, struct span written)
{
	struct span text = written, own = whole(k->text);

	if (!same(cut(&text, '/'), whole(k->bench)))
		return false;
	while (text.n) {
		struct span value = cut(&text, '/'), name = cut(&value, '=');
		size_t i = 0;

		while (i < k->nparams && !same(name, whole(k->params[i].name)))
			i++;
		if (i == k->nparams || !equal(value, whole(k->params[i].value)))
			return false;
	}
	/* What is not written has its default, and those alone are not in the case's
	 * text. */
	cut(&own, '/');
	while (own.n) {
		struct span value = cut(&own, '/');

		if (!is_written(written, cut(&value, '=')))
			return false;
	}
	return true;
}

const struct kase *claims_find(const struct record *r, const char *text)
{
	for (size_t i = 0; i < r->ncases; i++)
		if (matches(&r->cases[i], whole(text)))
			return &r->cases[i];
	return NULL;
}
