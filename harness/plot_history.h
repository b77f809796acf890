/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A history as a picture. */
#ifndef LWP_PLOT_HISTORY_H
#define LWP_PLOT_HISTORY_H

#include "history_series.h"
#include "plot.h"

/* history.svg and so on: a panel each for those series that have changed, the newest
 * change first, or for the first ones if none has; as plot_draw. */
int plot_history(const struct history_series *s, const struct plot_order *order,
		 char **error);

#endif
