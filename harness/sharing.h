/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tasks of each kind share with their creator, as a program of ours finds out by
 * trying. */
#ifndef LWP_SHARING_H
#define LWP_SHARING_H

#include <stddef.h>

enum sharing_answer { SHARING_YES, SHARING_NO, SHARING_NA, SHARING_FAILED };

struct sharing_kind {
	char *name, *call; /* "lwp", "clone(VM+...)" */
};

struct sharing_cell {
	enum sharing_answer answer;
	char *why; /* what was seen, or why nothing was */
};

struct sharing_row {
	char *id, *group, *text;    /* the text is a sentence that holds or not */
	char *note;                 /* "" if there is nothing to know about it */
	struct sharing_cell *cells; /* one for each kind, once all are read */
	size_t ncells;
};

struct sharing {
	struct sharing_kind *kinds;
	size_t nkinds;
	struct sharing_row *rows;
	size_t nrows;
};

/* "yes", "no", "n/a", "failed" */
const char *sharing_word(enum sharing_answer answer);
/* Reads what the program printed; 0, or -EINVAL with *error, which the caller frees. */
int sharing_parse(const char *text, struct sharing *out, char **error);
void sharing_free(struct sharing *s);
/* Runs the program for kinds of tasks, until a signal on signal_fd (see launch.h); 0, or
 * the signal that ended it, or with *error, which the caller frees: -EINVAL for kinds
 * that there cannot be, another -errno if nothing could be tried. */
int sharing_run(const char *program, const char *const *kinds, size_t n, int signal_fd,
		struct sharing *out, char **error);

#endif
