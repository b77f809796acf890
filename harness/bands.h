/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a case's count moves in a kernel by what should not matter: its band, as
 * measured, in a file of each kernel, schema lwpbench-bands/1
 * (results/bands.schema.json).
 */
#ifndef LWP_BANDS_H
#define LWP_BANDS_H

#include <stdbool.h>
#include <stddef.h>

#include "record.h"

/* The least and the most of what was seen, variants all together. */
struct band_range {
	double lo, hi;
};

struct band {
	char *text;    /* of the case */
	char *program; /* its benchmark's SHA-256, as hex */
	unsigned variants;
	struct band_range count, pages; /* per operation */
};

/* What it was measured of and with: where it differs, the bands do not hold. */
struct bands_of {
	char *kernel; /* the image's SHA-256, as hex */
	char *qemu;   /* its version */
	unsigned samples;
};

struct bands {
	struct bands_of of;
	struct band *v;
	size_t n;
};

/* A case's figure and page faults per operation; NAN: it was not counted. */
double bands_count(const struct kase *k);
double bands_pages(const struct kase *k);
/* What a record was counted with; false: it is not one of `exact`. */
bool bands_of_record(const struct record *r, struct bands_of *out);
/* Widens the bands, or begins them, by what a variant's cases have counted. */
void bands_widen(struct bands *b, const struct record *r);
/* The case's band, measured with one of two programs; NULL: none. */
const struct band *bands_find(const struct bands *b, const char *text, const char *a,
			      const char *other);
/* How far from `base` an unseen variant may lie: twice what the seen ones span, and some
 * instructions. */
double bands_reach(const struct band *b);
double bands_page_reach(const struct band *b);

/* The file of a kernel in a folder; caller frees. */
char *bands_path(const char *folder, const struct bands_of *of);
/* 0; -ENOENT: none for that kernel, QEMU and number of samples; -EINVAL with one line in
 * *error. */
int bands_read(const char *folder, const struct bands_of *of, struct bands *out,
	       char **error);
/* Takes over those of other cases that are there, and keeps all or nothing; 0 or -errno.
 */
int bands_write(const char *folder, struct bands *b);
void bands_of_free(struct bands_of *of);
void bands_free(struct bands *b);

#endif
