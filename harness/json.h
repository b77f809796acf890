/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON, the only door to jansson: written, and read with the place of mistakes. */
#ifndef LWP_JSON_H
#define LWP_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json; /* a value; owned by the value it was added to, else by the caller */

struct json *json_new_object(void);
struct json *json_new_array(void);
void json_free(struct json *v);
/* Add to an object (key) or an array (key NULL). NAN and infinities become null. */
void json_add(struct json *to, const char *key, struct json *v); /* takes v over */
/* NULL becomes null; bad UTF-8 is replaced. */
void json_add_text(struct json *to, const char *key, const char *s);
void json_add_real(struct json *to, const char *key, double x);
/* Above INT64_MAX, the most that reads back, INT64_MAX. */
void json_add_int(struct json *to, const char *key, uint64_t x);
void json_add_bool(struct json *to, const char *key, bool x);
void json_add_null(struct json *to, const char *key);
/* One line, or indented; caller frees. */
char *json_text(const struct json *v, bool indent);

/* Reading: the first error is kept, with its path ("cases[3].reps: not an array"). A
 * missing key is an error; getters then return NULL, NAN, 0 or false, and a NULL value
 * gives the same. */
struct json_reader {
	char error[256];         /* "" while all is well */
	const struct json *root; /* what json_parse gave: paths begin there */
};
/* Starts the reader anew. NULL and its error (with line and column) if it is no JSON. */
struct json *json_parse(struct json_reader *r, const char *text, size_t size);
/* Of any type. */
const struct json *json_get(struct json_reader *r, const struct json *v, const char *key);
const struct json *json_get_object(struct json_reader *r, const struct json *v,
				   const char *key);
const struct json *json_get_array(struct json_reader *r, const struct json *v,
				  const char *key);
/* Caller frees; NULL for null, and on error. */
char *json_get_text(struct json_reader *r, const struct json *v, const char *key);
/* NAN for null. */
double json_get_real(struct json_reader *r, const struct json *v, const char *key);
uint64_t json_get_int(struct json_reader *r, const struct json *v, const char *key);
bool json_get_bool(struct json_reader *r, const struct json *v, const char *key);
/* Keeps an error of the caller's about v, with its path. */
void json_wrong(struct json_reader *r, const struct json *v, const char *what);
/* A member that need not be there: NULL if it is not. */
const struct json *json_find(const struct json *v, const char *key);
size_t json_size(const struct json *v);
const struct json *json_at(const struct json *v, size_t i);
/* Members in order of i: the key, and the value in *value. */
const char *json_member(const struct json *v, size_t i, const struct json **value);
bool json_is_text(const struct json *v);
const char *json_as_text(const struct json *v); /* NULL if it is none */
bool json_as_uint(const struct json *v, uint64_t *x);
bool json_as_real(const struct json *v, double *x); /* also of a whole number */
bool json_is_none(const struct json *v);            /* null */

#endif
