/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may become of a benchmark of which a system call failed. */
#ifndef LWP_INJECT_JUDGE_H
#define LWP_INJECT_JUDGE_H

#include <stdbool.h>

#include "../harness/record.h"

enum verdict {
	NAMED,      /* failed, for a reason that says which call, or what was not done */
	SKIPPED,    /* likewise; the machine lacks it */
	TOLERATED,  /* measured: it is on the list of what may fail */
	MISSED,     /* the call was not made this time */
	KNOWN_HANG, /* killed after its limit: it is on the list, too */
	UNHARMED,   /* measured, though it is not on that list */
	UNNAMED,    /* failed for a reason that does not say so much */
	HUNG,       /* nor is it on the list */
	LEFT,       /* something was left behind */
	VERDICTS
};

struct finding {
	const char *benchmark, *call, *way;
	int error;
	const char *failed; /* a line for each call that failed, "": none was made */
	bool left;          /* whether something was left behind */
	enum status status;
	const char *reason; /* "" of STATUS_OK */
	const char *note;   /* beside a number, or "" */
};

enum verdict judge(const struct finding *f);
const char *verdict_name(enum verdict v);
bool verdict_is_bad(enum verdict v);
/* Whether the reason is that the program did not end. */
bool judge_is_hang(const char *reason);

#endif
