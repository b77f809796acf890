/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The creation of a task by clone3(2), raw, whatever it then does. */
#ifndef LWP_PART_CLONE3_H
#define LWP_PART_CLONE3_H

#include "bench.h"

/* For a setup: skips what this architecture cannot do. */
int clone3_check(struct run *run);
/* Creates the task of a slot, as flags= says; it calls child(its flags_task), never to
 * return. Its pid, or what bench_fail returns. */
int clone3_create(struct run *run, unsigned slot, void (*child)(void *));

#endif
