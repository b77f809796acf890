/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures there are, and the text that gnuplot draws each from. */
#ifndef LWP_PLOT_DATA_H
#define LWP_PLOT_DATA_H

#include <stddef.h>
#include <stdio.h>

#include "record.h"

/* A picture is a template, plots/NAME.gp, and a function that writes its data. */
struct picture {
	const char *name, *title;
	const char *columns; /* of the data, for people: parted by tabs */
	/* Writes one block for each colour of the key, and says how many rows or lines: 0
	 * if the record has nothing for this picture. */
	size_t (*write)(const struct record *r, FILE *out);
};

/* Ends with {0}. */
extern const struct picture plot_pictures[];
/* One line of valid UTF-8 without what a data file gives a meaning to; caller frees. */
char *plot_plain(const char *text);

#endif
