/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What on this machine spoils figures, and the command that mends it: judged from facts
 * alone. */
#ifndef LWP_DOCTOR_H
#define LWP_DOCTOR_H

#include <stddef.h>

#include "record.h"

enum finding_kind {
	FINDING_SPOILS,  /* makes figures vary, or wrong */
	FINDING_LIMITS,  /* something cannot be measured here */
	FINDING_MATTERS, /* is part of what is measured: to be known, not to be mended */
	FINDING_UNKNOWN, /* the machine does not tell */
	FINDING_FINE,
};

struct finding {
	enum finding_kind kind;
	const char *what; /* "frequency governor" */
	char *is;         /* its state: "powersave", or why it is not known */
	const char *why;  /* what it does to figures, one sentence */
	const char *mend; /* a command, as root; NULL: not to be mended from here */
};

struct findings {
	struct finding *v;
	size_t n;
};

/* Judges what host_collect found, in the order of doctor.c's list. */
void doctor_judge(const struct facts *host, struct findings *out);
/* Adds one; `is` is taken over. */
void findings_add(struct findings *f, const struct finding *one);
size_t findings_count(const struct findings *f, enum finding_kind kind);
/* "spoils", ... */
const char *finding_name(enum finding_kind kind);
void findings_free(struct findings *f);

#endif
