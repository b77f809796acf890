/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON by jansson: the values behind the opaque pointers are its own. */
#include "json.h"

#include <assert.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plain.h"
#include "util.h"

static json_t *inner(const struct json *v)
{
	return (json_t *)v;
}

static struct json *outer(const json_t *v)
{
	return (struct json *)v;
}

static void *allocate(size_t size)
{
	return xrealloc(NULL, 1, size);
}

/* With memory from util.h no constructor of jansson's fails: none of their results is
 * checked. */
__attribute__((constructor)) static void share_memory(void)
{
	json_set_alloc_funcs(allocate, free);
}

/* A copy of s that is valid UTF-8. */
static char *clean(const char *s)
{
	static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */
	const size_t width = sizeof(replacement) - 1;
	char *text = xcalloc(strlen(s) * width + 1, 1);
	size_t at = 0;

	while (*s) {
		size_t bad, n = utf8_length(s, &bad);

		memcpy(text + at, n ? s : replacement, n ? n : width);
		at += n ? n : width;
		s += n ? n : bad;
	}
	return text;
}

static void add(struct json *to, const char *key, json_t *v)
{
	int err;

	if (key) {
		char *k = clean(key);

		err = json_object_set_new(inner(to), k, v);
		free(k);
	} else {
		err = json_array_append_new(inner(to), v);
	}
	assert(!err); /* a key for an array, or none for an object */
	(void)err;
}

struct json *json_new_object(void)
{
	return outer(json_object());
}

struct json *json_new_array(void)
{
	return outer(json_array());
}

void json_free(struct json *v)
{
	json_decref(inner(v));
}

void json_add(struct json *to, const char *key, struct json *v)
{
	add(to, key, inner(v));
}

void json_add_text(struct json *to, const char *key, const char *s)
{
	char *text;

	if (!s) {
		json_add_null(to, key);
		return;
	}
	text = clean(s);
	add(to, key, json_string(text));
	free(text);
}

void json_add_real(struct json *to, const char *key, double x)
{
	add(to, key, isfinite(x) ? json_real(x) : json_null());
}

void json_add_int(struct json *to, const char *key, uint64_t x)
{
	add(to, key, json_integer(x < INT64_MAX ? (json_int_t)x : INT64_MAX));
}

void json_add_bool(struct json *to, const char *key, bool x)
{
	add(to, key, json_boolean(x));
}

void json_add_null(struct json *to, const char *key)
{
	add(to, key, json_null());
}

/* What is not ASCII stands in texts alone. There an escape says the same, and is none of
 * those that a terminal obeys. Takes text over. */
static char *without_controls(char *text)
{
	size_t many = 0, at = 0;

	for (const char *s = text; *s; s++)
		many += (unsigned char)*s >= 0x7f;
	if (!many)
		return text;
	char *out = xcalloc(strlen(text) + many * strlen("\\uffff") + 1, 1);

	for (const char *s = text, *as; *s;) {
		size_t n = plain_character(s, &as);
		unsigned code = as && *s != '\n' ? plain_code(s, n) : 0;

		if (code && code <= 0xffff) {
			at += (size_t)sprintf(out + at, "\\u%04x", code);
		} else {
			memcpy(out + at, s, n);
			at += n;
		}
		s += n;
	}
	free(text);
	return out;
}

char *json_text(const struct json *v, bool indent)
{
	char *text = json_dumps(
		inner(v), JSON_ENCODE_ANY | (indent ? JSON_INDENT(1) : JSON_COMPACT));

	return without_controls(text);
}

static size_t find(json_t *in, const json_t *wanted, char **path);

/* Goes on in v, which is member `key`, or element i if key is NULL. */
static size_t find_below(json_t *v, const char *key, size_t i, const json_t *wanted,
			 char **path)
{
	char *below = NULL;
	size_t hits = find(v, wanted, &below);

	if (hits && !*path)
		*path = key ? xformat(".%s%s", key, below) : xformat("[%zu]%s", i, below);
	free(below);
	return hits;
}

/*
 * In how many places of `in` `wanted` is found, and the path of the first (caller frees):
 * several, as null, true and false exist only once.
 */
static size_t find(json_t *in, const json_t *wanted, char **path)
{
	size_t hits = 0, i;
	const char *key;
	json_t *v;

	if (in == wanted) {
		*path = xstrdup("");
		return 1;
	}
	json_object_foreach(in, key, v)
	{
		hits += find_below(v, key, 0, wanted, path);
	}
	json_array_foreach(in, i, v)
	{
		hits += find_below(v, NULL, i, wanted, path);
	}
	return hits;
}

/* Messages are one line: keys and quoted text may hold control characters. */
static void tidy(char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			*s = ' ';
	}
}

/* Keeps the first error, about member `key` of v, or about v itself if key is NULL. */
static void complain(struct json_reader *r, const struct json *v, const char *key,
		     const char *what)
{
	char *path = NULL, *place;
	const char *shown;
	size_t n, room;

	if (r->error[0])
		return;
	if (r->root && v && find(inner(r->root), inner(v), &path) != 1) {
		free(path);
		path = xstrdup("some value");
	}
	place = xformat("%s%s%s", path ? path : "", key ? "." : "", key ? key : "");
	shown = place[0] == '.' ? place + 1 : place[0] ? place : "top level";
	/* Of a path too long the end says more. */
	n = strlen(shown);
	room = sizeof(r->error) - strlen(what) - sizeof("...: ");
	snprintf(r->error, sizeof(r->error), "%s%s: %s", n > room ? "..." : "",
		 n > room ? shown + n - room : shown, what);
	tidy(r->error);
	free(place);
	free(path);
}

struct json *json_parse(struct json_reader *r, const char *text, size_t size)
{
	json_error_t error;
	json_t *v =
		json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);

	*r = (struct json_reader){.root = outer(v)};
	if (!v) {
		char *what = clean(error.text);

		snprintf(r->error, sizeof(r->error), "line %d, column %d: %s", error.line,
			 error.column, what);
		tidy(r->error);
		free(what);
	}
	return outer(v);
}

const struct json *json_get(struct json_reader *r, const struct json *v, const char *key)
{
	const json_t *member = json_object_get(inner(v), key);

	if (v && !json_is_object(inner(v)))
		complain(r, v, NULL, "not an object");
	else if (!member)
		complain(r, v, key, "missing");
	return outer(member);
}

const struct json *json_get_object(struct json_reader *r, const struct json *v,
				   const char *key)
{
	const struct json *member = json_get(r, v, key);

	if (!member || json_is_object(inner(member)))
		return member;
	complain(r, v, key, "not an object");
	return NULL;
}

const struct json *json_get_array(struct json_reader *r, const struct json *v,
				  const char *key)
{
	const struct json *member = json_get(r, v, key);

	if (!member || json_is_array(inner(member)))
		return member;
	complain(r, v, key, "not an array");
	return NULL;
}

char *json_get_text(struct json_reader *r, const struct json *v, const char *key)
{
	const struct json *member = json_get(r, v, key);

	if (!member || json_is_null(inner(member)))
		return NULL;
	if (json_is_string(inner(member)))
		return xstrdup(json_string_value(inner(member)));
	complain(r, v, key, "not a text");
	return NULL;
}

double json_get_real(struct json_reader *r, const struct json *v, const char *key)
{
	const struct json *member = json_get(r, v, key);

	if (!member || json_is_null(inner(member)))
		return NAN;
	if (json_is_number(inner(member)))
		return json_number_value(inner(member));
	complain(r, v, key, "not a number");
	return NAN;
}

uint64_t json_get_int(struct json_reader *r, const struct json *v, const char *key)
{
	const struct json *member = json_get(r, v, key);
	uint64_t x = 0;

	if (member && !json_as_uint(member, &x))
		complain(r, v, key, "not a whole number from 0");
	return x;
}

bool json_get_bool(struct json_reader *r, const struct json *v, const char *key)
{
	const struct json *member = json_get(r, v, key);

	if (member && !json_is_boolean(inner(member)))
		complain(r, v, key, "not true or false");
	return json_is_true(inner(member));
}

void json_wrong(struct json_reader *r, const struct json *v, const char *what)
{
	complain(r, v, NULL, what);
}

const struct json *json_find(const struct json *v, const char *key)
{
	return outer(json_object_get(inner(v), key));
}

size_t json_size(const struct json *v)
{
	return json_is_object(inner(v)) ? json_object_size(inner(v))
					: json_array_size(inner(v));
}

const struct json *json_at(const struct json *v, size_t i)
{
	return outer(json_array_get(inner(v), i));
}

const char *json_member(const struct json *v, size_t i, const struct json **value)
{
	void *at = json_object_iter(inner(v));

	while (at && i--)
		at = json_object_iter_next(inner(v), at);
	*value = at ? outer(json_object_iter_value(at)) : NULL;
	return at ? json_object_iter_key(at) : NULL;
}

bool json_is_text(const struct json *v)
{
	return json_is_string(inner(v));
}

const char *json_as_text(const struct json *v)
{
	return json_string_value(inner(v));
}

bool json_as_uint(const struct json *v, uint64_t *x)
{
	if (!json_is_integer(inner(v)) || json_integer_value(inner(v)) < 0)
		return false;
	*x = (uint64_t)json_integer_value(inner(v));
	return true;
}

bool json_as_real(const struct json *v, double *x)
{
	*x = json_number_value(inner(v));
	return json_is_number(inner(v));
}

bool json_is_none(const struct json *v)
{
	return json_is_null(inner(v));
}
