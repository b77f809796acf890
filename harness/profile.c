/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads what QEMU's plugin wrote down, of which nothing is believed. */
#include "profile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "guest/profile.h"
#include "util.h"

enum { FIRST_ROOM = 64 };

/* Room for one more of `size` bytes, zeros, at the end of a list. */
static void *more(void *list, size_t *n, size_t size)
{
	void **v = list;

	/* Doubled at powers of two. */
	if (*n == 0)
		*v = xrealloc(NULL, FIRST_ROOM, size);
	else if (*n >= FIRST_ROOM && (*n & (*n - 1)) == 0)
		*v = xrealloc(*v, 2 * *n, size);
	return memset((char *)*v + size * (*n)++, 0, size);
}

static int take(struct profile *p, const struct profile_entry *e, size_t *parts_from)
{
	switch ((enum profile_kind)e->kind) {
	case PROFILE_JOB:
		*(struct profile_job *)more(&p->jobs, &p->njobs, sizeof(*p->jobs)) =
			(struct profile_job){.first = p->nsamples};
		return 0;
	case PROFILE_BLOCK:
		if (e->n != p->ncodes)
			return -EPROTO;
		*(struct profile_code *)more(&p->codes, &p->ncodes, sizeof(*p->codes)) =
			(struct profile_code){e->a, e->b};
		return 0;
	case PROFILE_COUNT:
		if (e->n >= p->ncodes)
			return -EPROTO;
		*(struct profile_part *)more(&p->parts, &p->nparts, sizeof(*p->parts)) =
			(struct profile_part){e->n, e->a};
		return 0;
	case PROFILE_SAMPLE:
		if (!p->njobs)
			return -EPROTO;
		*(struct profile_sample *)more(&p->samples, &p->nsamples,
					       sizeof(*p->samples)) =
			(struct profile_sample){.user = e->a,
						.kernel = e->b,
						.first = *parts_from,
						.n = p->nparts - *parts_from};
		*parts_from = p->nparts;
		p->jobs[p->njobs - 1].n++;
		return 0;
	case PROFILE_END:
		return 0;
	}
	return -EPROTO;
}

int profile_read(const char *path, struct profile *p)
{
	char *bytes = NULL;
	size_t size = 0, parts_from = 0, at;
	struct profile_entry e = {.kind = PROFILE_JOB};
	int err = read_file(path, &bytes, &size);

	*p = (struct profile){0};
	for (at = 0; !err && size - at >= sizeof(e); at += sizeof(e)) {
		memcpy(&e, bytes + at, sizeof(e));
		err = take(p, &e, &parts_from);
	}
	if (!err && (at != size || e.kind != PROFILE_END))
		err = -EPROTO;
	free(bytes);
	if (err)
		profile_free(p);
	return err;
}

void profile_free(struct profile *p)
{
	free(p->codes);
	free(p->parts);
	free(p->samples);
	free(p->jobs);
	*p = (struct profile){0};
}

const struct profile_sample *profile_last(const struct profile *p, size_t job, size_t n)
{
	if (job >= p->njobs || p->jobs[job].n < n)
		return NULL;
	return p->samples + p->jobs[job].first + p->jobs[job].n - n;
}
