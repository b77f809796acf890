/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What gnuplot's output lacks to be used as it is, a function a format. */
#ifndef LWP_PLOT_TIDY_H
#define LWP_PLOT_TIDY_H

#include <stddef.h>

/* Where a picture comes from. */
struct origin {
	const char *name;    /* of the picture */
	const char *started; /* the run, ISO 8601 */
};

/* Each takes text[*size], which is followed by a 0, over and gives what takes its place.
 */

/* Its ids are its own among those of other pictures, and nothing pops up over it. */
char *plot_tidy_svg(char *text, size_t *size, const struct origin *from);
/* Dated when the run began, so that the same data make the same file. */
char *plot_tidy_pdf(char *text, size_t *size, const struct origin *from);
/* No blanks at the ends of lines, and an end of the last. */
char *plot_tidy_txt(char *text, size_t *size, const struct origin *from);

#endif
