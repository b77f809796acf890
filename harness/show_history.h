/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A history as tables. */
#ifndef LWP_SHOW_HISTORY_H
#define LWP_SHOW_HISTORY_H

#include "history_series.h"
#include "sheet.h"

/* Every series: how long, how it stands, and its last change. */
void show_history(const struct sheet *s, const struct history_series *all);
/* What is news, run by run, and what is known; then how sure that is. */
void show_history_news(const struct sheet *s, const struct history_series *all,
		       const struct answers *a, size_t recent, bool verbose);

#endif
