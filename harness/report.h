/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A record as one page of HTML that needs nothing beside itself. */
#ifndef LWP_REPORT_H
#define LWP_REPORT_H

#include <stddef.h>

#include "record.h"

/* The page in *page (caller frees) and its length in *size; 0, or -errno with *error
 * (caller frees). With a result of exact mode, or NULL, to stand beside the times. */
int report_make(const struct record *r, const struct record *exact, char **page,
		size_t *size, char **error);

#endif
