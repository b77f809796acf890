/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of a record, drawn by gnuplot: each a text file of data, a template, and what
 * it made. */
#ifndef LWP_PLOT_H
#define LWP_PLOT_H

#include <stdio.h>

#include "record.h"

/* Of a picture in text, unless a terminal is wider or narrower. */
enum { PLOT_COLUMNS_MIN = 60, PLOT_COLUMNS = 100, PLOT_COLUMNS_MAX = 250 };

/* What to draw, and where to. */
struct plot_order {
	const char *formats;      /* any of svg, png, pdf, txt: "svg,png" */
	const char *const *names; /* of pictures, ends with NULL; NULL: all that the
				     record has data for */
	size_t columns;           /* of txt */
	/* A folder for NAME.dat and NAME.svg and so on; NULL: all pictures go to `to`,
	 * one after the other. */
	const char *outdir;
	/* The folder that outdir is the path of a folder in, and that no link leads out
	 * of; NULL: outdir is wherever it is. */
	const char *within;
	FILE *to;
	void (*made)(
		const char *path); /* is told of each once it is whole; may be NULL */
};

/* The width of pictures in text that go to `to`; NULL: to files, which are the same
 * everywhere. */
size_t plot_columns(FILE *to);

/* 0, or -errno with *error (caller frees): -EINVAL for a bad format or name, -ENODATA
 * for a name that the record has nothing for, -ENOENT without gnuplot, -EIO if gnuplot
 * failed. An SVG can stand beside others in a page: its ids begin with the picture's
 * name, and it refers to nothing outside. */
int plot_draw(const struct record *r, const struct plot_order *order, char **error);

/* A picture of something else than one record, plots/NAME.gp. */
struct plot_given {
	const char *name, *title, *columns; /* as in plot_data.h */
	const struct facts *host;
	const char *when, *resting; /* below the title */
	const char *rows;           /* of its data */
};

/* Draws it, whatever names are ordered; as plot_draw. */
int plot_draw_given(const struct plot_given *g, const struct plot_order *order,
		    char **error);

#endif
