/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What else happened on the machine while a rep ran. */
#ifndef LWP_NOISE_H
#define LWP_NOISE_H

#include "record.h"

/* Counters of the whole machine at one moment; NAN where it does not tell. */
struct noise_probe {
	double wall_s, steal_s, busy_s, own_s, psi_s;
};

void noise_probe(struct noise_probe *p);
/* What lies between two probes; `cpu` is the creator's, < 0: any. Fills all but the
 * usages. */
void noise_between(const struct noise_probe *a, const struct noise_probe *b, int cpu,
		   struct noise *out);

#endif
