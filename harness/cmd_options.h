/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of options that several commands take; what is wrong ends the program with one
 * line. */
#ifndef LWP_CMD_OPTIONS_H
#define LWP_CMD_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "record.h"

/* "30s" as of --budget, above 0. */
void option_time(const char *option, const char *arg, double *seconds);
/* "2%", above 0. */
void option_share(const char *option, const char *arg, double *share);
/* Of --alpha: a share of at most half. */
void option_alpha(const char *arg, double *alpha);
/* Of --seed. */
uint64_t option_seed(const char *arg);
/* Adds the cases that two arms are to be compared by, without those that they are
 * measured beside: as of -s and -b[n], or of the quick suite. */
void option_cases(const char *benches, const char *suite, const char *const *named,
		  size_t n, struct record *r);

#endif
