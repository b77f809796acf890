/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the claims of a run to its cases, and in the end to what has become of them. */
#include "question.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "focus.h"
#include "judge.h"
#include "plan.h"
#include "show.h"
#include "plain.h"
#include "util.h"

static const char own[] = "claims"; /* the suite of all claims that come with us */

bool question_is(const char *suite)
{
	const char *dot = suite ? strrchr(suite, '.') : NULL;

	return suite && (strcmp(suite, own) == 0 || (dot && strcmp(dot, ".claims") == 0));
}

int question_ask(const char *suite, const char *benches, struct record *r,
		 struct question *q, char **error)
{
	char *name = xstrdup(suite);
	int err = claims_load(strcmp(suite, own) == 0 ? NULL : suite, &q->claims, error);

	if (!err && !q->claims.n) {
		*error = xformat("%s: there are no claims", suite);
		err = -EINVAL;
	}
	if (!err)
		err = plan_claims(benches, &q->claims, r, &q->programs, error);
	free(r->suite);
	r->suite = name;
	/* Claims can speak of no other passes. */
	r->passes |= 1u << JOB_TIME | 1u << JOB_PHASES_PASS;
	return err;
}

void question_warn(struct record *r, const struct question *q)
{
	focus_warn(r, &q->claims);
	if (q->programs)
		record_warn(r,
			    "claims speak of whole programs, which `lwpbench apps "
			    "RESULT` times: %s",
			    q->programs);
}

void question_tell(const struct record *r, const struct question *q, const char *folder)
{
	struct judged *v = xcalloc(q->claims.n, sizeof(*v));
	bool ours = strcmp(r->suite, own) == 0;

	judge(r, &q->claims, v);
	char *counts = show_verdict_counts(v, q->claims.n);
	plain_print(stdout, "%s: `lwpbench verdict %s%s%s%s` says more", counts,
		    ours ? "" : "--claims ", ours ? "" : r->suite, ours ? "" : " ",
		    folder);
	free(counts);
	judged_free(v, q->claims.n);
	free(v);
}

void question_free(struct question *q)
{
	claims_free(&q->claims);
	free(q->programs);
	*q = (struct question){0};
}
