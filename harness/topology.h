/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which CPUs share what, through hwloc: turns `place=` into CPU numbers. */
#ifndef LWP_TOPOLOGY_H
#define LWP_TOPOLOGY_H

#include <stddef.h>

#include "record.h"

struct topology;

/* This machine, or with `synthetic` one such as "package:2 core:4 pu:2" (hwloc(7)); NULL
 * with errno set. Only CPUs that this process may use count, except on a synthetic
 * machine. */
struct topology *topology_new(const char *synthetic);
void topology_free(struct topology *t);
/* CPUs for `want` tasks, at least 2, by `place`: same (one CPU), sibling (threads of one
 * core), core (a core each: of one cache, else of one NUMA node, else of one package),
 * node (NUMA nodes of one package), package (packages), any (n = 0: not pinned). Where
 * there are less than `want` such places, but two, those are all; more tasks go round.
 * Fills cpus[JOB_CPUS] and *n; 0, or -ENOTSUP with a reason (static text) when the
 * machine lacks it, -EINVAL for an unknown place. */
int topology_place(const struct topology *t, const char *place, size_t want,
		   unsigned cpus[JOB_CPUS], size_t *n, const char **reason);
/* Adds the facts topology.* : packages, cores, threads, numa nodes, caches. */
void topology_facts(const struct topology *t, struct facts *out);

#endif
