/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures there are, and the text that gnuplot draws each from. */
#ifndef LWP_PLOT_DATA_H
#define LWP_PLOT_DATA_H

#include <stddef.h>
#include <stdio.h>

#include "record.h"
#include "stats.h"

/* A picture is a template, plots/NAME.gp, and a function that writes its data. */
struct picture {
	const char *name, *title;
	const char *family;  /* of cases, with whose table the report shows it */
	const char *columns; /* of the data, for people: parted by tabs */
	/* Writes one block for each entry of the key, and says how many rows or lines: 0
	 * if the record has nothing for this picture. */
	size_t (*write)(const struct record *r, FILE *out);
};

/* Begins the line of the data that says so. */
#define PLOT_LEFT_OUT "# left out: "

/* Ends with {0}. */
extern const struct picture plot_pictures[];
/* One line of valid UTF-8 without what a data file gives a meaning to; caller frees. */
char *plot_plain(const char *text);

/* Columns of a data file: each but the first of a row begins with a tab. */
void plot_put_text(FILE *out, const char *text);
void plot_put_number(FILE *out, double x);
void plot_put_estimate(FILE *out, const struct estimate *e);
/* In the unit of k, for people. */
void plot_put_figure(FILE *out, const struct kase *k, double x);
/* The last columns: the case, or what a picture calls it, and how many "reps" or "blocks"
 * its figure rests on; of a picture the least and the most of these stand below its
 * title.
 */
void plot_end_row(FILE *out, const char *text, size_t n, const char *of);
/* Says below the picture's title that it shows not all. */
void plot_leave_out(FILE *out, size_t n, const char *of);
/* Begins what gnuplot finds by `index`: two empty lines, then a name. */
void plot_begin_block(FILE *out, const char *name);

/* One of two dots of a row in a picture with pairs (plots/pairs.gp). */
struct pair_dot {
	size_t row;    /* its number from the top, headings counted, too */
	unsigned side; /* 0 or 1 */
	const struct kase *k;
	const struct estimate *at, *beside; /* its figure, that of the other or NULL */
	double floor;                       /* NAN: none */
};

void plot_pair_dot(FILE *out, const struct pair_dot *dot);

/* The writers: plot_instructions.c, */
size_t plot_instructions(const struct record *r, FILE *out);
/* plot_creation.c, */
size_t plot_creation(const struct record *r, FILE *out);
size_t plot_phases(const struct record *r, FILE *out);
size_t plot_cdf(const struct record *r, FILE *out);
size_t plot_flags(const struct record *r, FILE *out);
size_t plot_namespaces(const struct record *r, FILE *out);
/* plot_attribute.c, */
size_t plot_attribute(const struct record *r, FILE *out);
/* plot_cow.c, */
size_t plot_cow(const struct record *r, FILE *out);
/* plot_size.c, */
size_t plot_size(const struct record *r, FILE *out);
size_t plot_counts(const struct record *r, FILE *out);
/* plot_lines.c, */
size_t plot_switch(const struct record *r, FILE *out);
size_t plot_ring(const struct record *r, FILE *out);
size_t plot_bandwidth(const struct record *r, FILE *out);
size_t plot_together(const struct record *r, FILE *out);
/* plot_pairs.c. */
size_t plot_message(const struct record *r, FILE *out);
size_t plot_lock(const struct record *r, FILE *out);
/* plot_apps.c. */
size_t plot_apps(const struct record *r, FILE *out);
/* plot_weight.c. */
size_t plot_weight(const struct record *r, FILE *out);

#endif
