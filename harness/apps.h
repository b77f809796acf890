/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole programs timed by hyperfine: which there are, and rounds of runs of all of them.
 *
 * A program tells its variants, `NAME --list`: a line each, its arguments, then perhaps a
 * tab and a few words about it. `NAME --prepare ARGUMENT...` comes once before the first
 * run of a variant, `NAME --before ARGUMENT...` before each; files go into the folder
 * $LWPBENCH_APP_DIR. Status 77 says that this machine or user lacks something. */
#ifndef LWP_APPS_H
#define LWP_APPS_H

#include "progress.h"
#include "record.h"

struct apps {
	const char *programs;  /* their folder */
	const char *hyperfine; /* its path */
	const char *result;    /* folder of the result that is kept */
	const char *scratch;   /* a folder for this process alone */
	const char *variable;  /* LWPBENCH_APP_DIR, for launches */
	unsigned rounds, runs; /* of each variant, runs in each round */
	double limit_s;        /* of one run */
	uint64_t seed;         /* of the order in each round */
	int signal_fd;         /* see launch.h */
	struct progress *progress;
};

/* A program with arguments. */
struct variant {
	char *program; /* its path; NULL: it cannot be run at all */
	char **args;
	size_t nargs;
	char *text;   /* of the case: NAME/ARGUMENT/... */
	char *brief;  /* or NULL */
	char *reason; /* why it cannot be run */
	size_t kase;  /* index into the record */
	bool prepared;
};

struct variants {
	struct variant *v;
	size_t n;
};

/* How something that was launched ended. */
struct app_end {
	enum status status; /* pending: the driver was told to stop, by `signal` */
	int signal;
	char *reason; /* of failed and skipped */
	char *text;   /* all that it printed */
};

void apps_launch(const struct apps *a, char *const argv[], double limit_s,
		 struct app_end *end);
void app_end_free(struct app_end *end);
/* ": " and the last line of what was printed, the programs' before hyperfine's own, which
 * begin with a blank or "Error:"; or ""; caller frees. */
char *apps_last_words(const char *text);
/* 0 if a->hyperfine is new enough, the signal that ended it, or -ENOTSUP with *error,
 * which the caller frees. */
int apps_check_hyperfine(const struct apps *a, char **error);
/* The variants of all programs that one of `named` chooses, each the name of a program or
 * a glob over cases; none: all. 0, the signal that ended it, or -errno with *error, which
 * the caller frees. */
int apps_find(const struct apps *a, const char *const *named, size_t nnamed,
	      struct variants *out, char **error);
void variants_free(struct variants *v);
/* Gives the record their cases; 0, or -EEXIST with *error if one is a benchmark's. */
int apps_enter(struct variants *v, struct record *r, char **error);
/* Adds rounds to the record, each a block with a rep of every variant, and keeps it after
 * each. 0, or the number of the signal that ended it, or -errno if the result could not
 * be kept. */
int apps_measure(const struct apps *a, struct variants *v, struct record *r);

#endif
