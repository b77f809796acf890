/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arguments of a command, by argp. */
#ifndef LWP_ARGUMENTS_H
#define LWP_ARGUMENTS_H

#include <argp.h>

/* argp_parse(3) with flags, where what it says of a wrong argument is one plain line. */
void arguments_parse(const struct argp *argp, int argc, char **argv, unsigned flags,
		     void *input);

#endif
