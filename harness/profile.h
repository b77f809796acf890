/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What QEMU's plugin has counted (guest/plugin.c), job by job, sample by sample. */
#ifndef LWP_PROFILE_H
#define LWP_PROFILE_H

#include <stddef.h>
#include <stdint.h>

/* Code at an address, and its first bytes: programs share addresses. */
struct profile_code {
	uint64_t address, bytes;
};

struct profile_part {
	uint32_t code;
	uint64_t count; /* of instructions */
};

struct profile_sample {
	uint64_t user, kernel;
	size_t first, n; /* of its parts, if they were asked for */
};

struct profile_job {
	size_t first, n; /* of its samples, those that warmed it up among them */
};

struct profile {
	struct profile_code *codes;
	struct profile_part *parts;
	struct profile_sample *samples;
	struct profile_job *jobs;
	size_t ncodes, nparts, nsamples, njobs;
};

/* 0; -errno, -EPROTO of a file that is cut short or none of these. */
int profile_read(const char *path, struct profile *p);
void profile_free(struct profile *p);
/* The last n samples of a job, or NULL if there are not as many. */
const struct profile_sample *profile_last(const struct profile *p, size_t job, size_t n);

#endif
