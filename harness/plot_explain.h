/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The functions of an explanation as a picture. */
#ifndef LWP_PLOT_EXPLAIN_H
#define LWP_PLOT_EXPLAIN_H

#include "explain.h"
#include "plot.h"

/* explain.svg and so on: a bar a function, of what differs most, case by case; as
 * plot_draw. */
int plot_explain(const struct explanation *x, const struct plot_order *order,
		 char **error);

#endif
