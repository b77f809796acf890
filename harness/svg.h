/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of gnuplot's as parts of a page. */
#ifndef LWP_SVG_H
#define LWP_SVG_H

#include <stdio.h>

/* Puts a picture into a page: as wide as there is room, named `title`. Only shapes and
 * texts get through. 0, or -EINVAL if it holds anything else: then half of it is written.
 */
int svg_put(FILE *to, const char *svg, const char *title);

#endif
