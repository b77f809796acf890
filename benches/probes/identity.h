/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ps -L has to say of the calling task. */
#ifndef LWP_IDENTITY_H
#define LWP_IDENTITY_H

#include <stdint.h>

struct ps_line {
	int32_t pid, lwp, nlwp;
};

/* Of the calling task, as /proc has them; 0 or -1. */
int identity_read(struct ps_line *line);

#endif
