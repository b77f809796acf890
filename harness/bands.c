/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bands in memory and in their file. */
#include "bands.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "exact.h"
#include "json.h"
#include "stats.h"
#include "units.h"
#include "util.h"

#define SCHEMA "lwpbench-bands/1"

/* A variant that was not seen lies at most so many times what the seen span from any of
 * them, and some instructions: see `exact calibrate`. */
static const double spans = 2, least = 8;

/* Of the last boot, the lower quartile of its samples: ticks and deferred work make some
 * dearer, sometimes more than half, and a few are cheap by luck. */
double bands_count(const struct kase *k)
{
	if (k->status != STATUS_OK || !k->time.n)
		return NAN;
	const struct rep *rep = &k->time.v[k->time.n - 1];
	double *v = xcalloc(rep->nrows + 1, sizeof(*v));

	for (size_t i = 0; i < rep->nrows; i++)
		v[i] = (double)rep->rows[i * rep->width] / (double)rep->batch;
	stats_sort(v, rep->nrows);
	double quartile = stats_quantile(v, rep->nrows, 0.25);
	free(v);
	return quartile;
}

double bands_pages(const struct kase *k)
{
	if (k->status != STATUS_OK || !k->time.n)
		return NAN;
	const struct rep *rep = &k->time.v[k->time.n - 1];

	return (double)(rep->noise.self.minor + rep->noise.children.minor) /
	       (double)(rep->nrows * rep->batch);
}

static void widen(struct band_range *range, double x)
{
	range->lo = fmin(range->lo, x);
	range->hi = fmax(range->hi, x);
}

/* The program is the caller's to fill in. */
static struct band *add(struct bands *b, const char *text)
{
	b->v = xrealloc(b->v, b->n + 1, sizeof(*b->v));
	b->v[b->n] = (struct band){
		.text = xstrdup(text), .count = {NAN, NAN}, .pages = {NAN, NAN}};
	return &b->v[b->n++];
}

static struct band *find(const struct bands *b, const char *text)
{
	for (size_t i = 0; i < b->n; i++)
		if (strcmp(b->v[i].text, text) == 0)
			return &b->v[i];
	return NULL;
}

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

const struct band *bands_find(const struct bands *b, const char *text, const char *a,
			      const char *other)
{
	const struct band *found = find(b, text);

	return found && (same(found->program, a) || same(found->program, other)) ? found
										 : NULL;
}

static char *fact(const struct record *r, const char *name)
{
	const struct fact *f = facts_find(&r->host, name);

	return f && f->value ? xstrdup(f->value) : NULL;
}

bool bands_of_record(const struct record *r, struct bands_of *out)
{
	char *text = fact(r, "exact.samples");
	uint64_t samples = 0;

	*out = (struct bands_of){.kernel = fact(r, "kernel.sha256"),
				 .qemu = fact(r, "qemu.version")};
	if (text && units_uint(text, &samples) == 0 && samples <= UINT_MAX)
		out->samples = (unsigned)samples;
	free(text);
	/* It becomes the name of a file. */
	if (out->kernel && out->qemu && out->samples &&
	    strspn(out->kernel, "0123456789abcdef") == strlen(out->kernel))
		return true;
	bands_of_free(out);
	return false;
}

static struct band *add_measured(struct bands *b, const struct record *r,
				 const struct kase *k)
{
	struct band *of = add(b, k->text);

	of->program = exact_program(r, k);
	return of;
}

void bands_widen(struct bands *b, const struct record *r)
{
	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];
		struct band *of = find(b, k->text);
		const double count = bands_count(k);

		if (isnan(count))
			continue;
		if (!of)
			of = add_measured(b, r, k);
		widen(&of->count, count);
		widen(&of->pages, bands_pages(k));
		of->variants++;
	}
}

double bands_reach(const struct band *b)
{
	return spans * (b->count.hi - b->count.lo) + least;
}

double bands_page_reach(const struct band *b)
{
	/* A fault or two in all samples are no page per operation. */
	return spans * (b->pages.hi - b->pages.lo) + 0.5;
}

/* ---- the file */

char *bands_path(const char *folder, const struct bands_of *of)
{
	return xformat("%s/%s.json", folder, of->kernel);
}

static struct band_range get_range(struct json_reader *in, const struct json *o,
				   const char *key)
{
	const struct json *v = json_get_array(in, o, key);
	struct band_range range = {NAN, NAN};

	if (v && (json_size(v) != 2 || !json_as_real(json_at(v, 0), &range.lo) ||
		  !json_as_real(json_at(v, 1), &range.hi) || range.lo > range.hi))
		json_wrong(in, v, "not the least and the most");
	return range;
}

static void get_all(struct json_reader *in, const struct json *root, struct bands *out)
{
	char *schema = json_get_text(in, root, "schema");

	if (schema && strcmp(schema, SCHEMA) != 0)
		json_wrong(in, root, "its schema is not " SCHEMA);
	free(schema);
	out->of.kernel = json_get_text(in, root, "kernel_sha256");
	out->of.qemu = json_get_text(in, root, "qemu");
	out->of.samples = (unsigned)json_get_int(in, root, "samples");
	const struct json *cases = json_get_array(in, root, "cases");
	for (size_t i = 0; cases && i < json_size(cases) && !*in->error; i++) {
		const struct json *o = json_at(cases, i);
		char *text = json_get_text(in, o, "case");

		if (text) {
			struct band *b = add(out, text);

			b->program = json_get_text(in, o, "program_sha256");
			b->variants = (unsigned)json_get_int(in, o, "variants");
			b->count = get_range(in, o, "instructions");
			b->pages = get_range(in, o, "pages");
		}
		free(text);
	}
}

int bands_read(const char *folder, const struct bands_of *of, struct bands *out,
	       char **error)
{
	char *path = bands_path(folder, of), *text = NULL;
	struct json_reader in = {.error = ""};
	size_t size = 0;

	*out = (struct bands){0};
	int err = read_file(path, &text, &size);
	if (!err) {
		struct json *root = json_parse(&in, text, size);

		if (root)
			get_all(&in, root, out);
		json_free(root);
		if (*in.error)
			err = -EINVAL;
		else if (!same(out->of.qemu, of->qemu) || out->of.samples != of->samples)
			err = -ENOENT;
	}
	if (err && err != -ENOENT) {
		*error = xformat("%s: %s", path, *in.error ? in.error : strerror(-err));
		err = -EINVAL;
	}
	if (err)
		bands_free(out);
	free(text);
	free(path);
	return err;
}

static void add_range(struct json *o, const char *key, const struct band_range *range)
{
	struct json *v = json_new_array();

	json_add_real(v, NULL, range->lo);
	json_add_real(v, NULL, range->hi);
	json_add(o, key, v);
}

/* Those of cases that were not measured anew. */
static void take_over(const char *folder, struct bands *b)
{
	struct bands old;
	char *error = NULL;

	if (bands_read(folder, &b->of, &old, &error) == 0) {
		for (size_t i = 0; i < old.n; i++) {
			const struct band *from = &old.v[i];

			if (find(b, from->text))
				continue;
			struct band *to = add(b, from->text);
			to->program = from->program ? xstrdup(from->program) : NULL;
			to->variants = from->variants;
			to->count = from->count;
			to->pages = from->pages;
		}
		bands_free(&old);
	}
	free(error);
}

int bands_write(const char *folder, struct bands *b)
{
	struct json *root = json_new_object(), *cases = json_new_array();
	char *path = bands_path(folder, &b->of);

	take_over(folder, b);
	json_add_text(root, "schema", SCHEMA);
	json_add_text(root, "kernel_sha256", b->of.kernel);
	json_add_text(root, "qemu", b->of.qemu);
	json_add_int(root, "samples", b->of.samples);
	for (size_t i = 0; i < b->n; i++) {
		struct json *o = json_new_object();

		json_add_text(o, "case", b->v[i].text);
		json_add_text(o, "program_sha256", b->v[i].program);
		json_add_int(o, "variants", b->v[i].variants);
		add_range(o, "instructions", &b->v[i].count);
		add_range(o, "pages", &b->v[i].pages);
		json_add(cases, NULL, o);
	}
	json_add(root, "cases", cases);
	char *text = json_text(root, true);
	int err = make_dirs(folder);
	if (!err)
		err = write_file(path, text, strlen(text));
	free(text);
	free(path);
	json_free(root);
	return err;
}

void bands_of_free(struct bands_of *of)
{
	free(of->kernel);
	free(of->qemu);
	*of = (struct bands_of){0};
}

void bands_free(struct bands *b)
{
	for (size_t i = 0; i < b->n; i++)
		free(b->v[i].text), free(b->v[i].program);
	free(b->v);
	bands_of_free(&b->of);
	*b = (struct bands){0};
}
