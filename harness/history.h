/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of runs as series: of each run one small file, a point, made from its result.
 */
#ifndef LWP_HISTORY_H
#define LWP_HISTORY_H

#include "record.h"

#define HISTORY_SCHEMA "lwpbench-point/1"

/* One case in one run; NAN: not measured. */
struct history_value {
	double figure; /* in its unit */
	double ratio;  /* cost against its floor's, of the same blocks (relative.h); the
			  cost itself if it has none */
};

struct history_run {
	char *name, *started; /* file name without .json; ISO 8601 */
	char *label;          /* what the user calls it ("v6.12-rc3"), or NULL */
	uint64_t seed;        /* tells runs of one second apart */
	struct facts host;    /* those that tell machines, kernels and libcs apart */
};

struct history_case {
	char *text, *family, *unit, *floor; /* floor: the case it is relative to, or "";
					       of the newest run that has the case */
	bool higher_is_better;
	size_t moved; /* runs whose floor or unit is another one: they are not measured */
	struct history_value *v; /* one a run */
};

struct history {
	struct history_run *runs; /* by their time */
	size_t nruns;
	struct history_case *cases;
	size_t ncases;
};

/* Keeps n results as points in the folder, which is made, all under one label or NULL;
 * those whose run is there already are left alone, *kept are new. Nothing is written
 * unless all can be kept: 0, or -errno with one line in *error, -EINVAL where a result,
 * which `names` has a name for, or the folder is wrong. */
int history_add(const char *folder, const struct record *r, const char *const *names,
		size_t n, const char *label, size_t *kept, char **error);
/* Reads all points of a folder; results in it (NAME.json, NAME/result.json) are read as
 * well, slowly. No text in it has control characters. 0, or -errno with one line in
 * *error: also if not all runs are of one machine. */
int history_read(const char *folder, struct history *out, char **error);
/* In what the host of run i differs from that of the run before: "kernel.release 6.1 ->
 * 6.12", or NULL; caller frees. */
char *history_host_change(const struct history *h, size_t i);
void history_free(struct history *h);

#endif
