/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of a record, drawn by gnuplot: each a text file of data, a template, and what
 * it made. */
#ifndef LWP_PLOT_H
#define LWP_PLOT_H

#include "record.h"

/* For each picture that the record has data for: writes outdir/NAME.dat and draws
 * NAME.svg, NAME.png as `formats` ("svg,png") asks; tells each path to `made`, if that is
 * not NULL, once it is whole. 0, or -errno with *error (caller frees): -EINVAL for a bad
 * format, -ENOENT without gnuplot, -EIO if gnuplot failed. */
int plot_record(const struct record *r, const char *outdir, const char *formats,
		void (*made)(const char *path), char **error);

#endif
