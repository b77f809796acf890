/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The subcommands of `exact`, each as those of cmd.h, and what several of them do. */
#ifndef LWP_CMD_EXACT_H
#define LWP_CMD_EXACT_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

#include "bands.h"
#include "exact.h"

int exact_run(int argc, char **argv);
int exact_compare(int argc, char **argv);
int exact_calibrate(int argc, char **argv);
int exact_explain(int argc, char **argv);

/* What is counted, and by what; the child exact_argp fills it in, whose parent gives it
 * on ARGP_KEY_INIT. */
struct exact_options {
	const char *suite;
	const char **named;
	size_t nnamed;
	const char *qemu;
	unsigned samples;
	double limit_s;
};

extern const struct argp exact_argp;
void exact_options_free(struct exact_options *o);

/* Of what the guest is made; NULL: our own. */
struct exact_arm {
	const char *kernel, *append, *benches;
	struct exact_variant variant;
	struct exact_code *code; /* as of struct exact; NULL: not wanted */
	bool apart;              /* user's and kernel's instructions, too: takes longer */
};

/* Kernels to boot one after the other, and what goes with each: the child
 * exact_kernels_argp fills them in, whose parent gives them on ARGP_KEY_INIT. There is at
 * least one, NULL: our own. */
struct exact_kernels {
	const char **v;
	size_t n;
	const char *append, *benches;
};

extern const struct argp exact_kernels_argp;
void exact_kernels_free(struct exact_kernels *kernels);

/* Two arms, a the base and b the new one; the child exact_arms_argp fills them in, whose
 * parent gives them on ARGP_KEY_INIT. */
enum { EXACT_A, EXACT_B, EXACT_ARMS };

struct exact_arms {
	struct exact_arm arm[EXACT_ARMS];
	const char *kernel, *append; /* of both */
	bool differ;                 /* something was said of one of them alone */
};

extern const struct argp exact_arms_argp;
/* What was not said of an arm alone is that of both; then they have strings to free. */
void exact_arms_complete(struct exact_arms *arms);
void exact_arms_free(struct exact_arms *arms);
/* What an arm is, in a line, now that it was counted; caller frees. */
char *exact_arm_name(const struct record *r, const struct exact_arm *arm);

/* Plans the cases for an arm and counts each in two boots, or in one with `once`; 0, or
 * an exit status after one line on stderr. The record is the caller's to free either way.
 */
int exact_measure(const struct exact_options *o, const struct exact_arm *arm, bool once,
		  int argc, char **argv, struct record *r);

/* Counts an arm's cases in variants that should not matter, and keeps their bands in a
 * folder; a status as above. */
int exact_vary(const struct exact_options *o, const struct exact_arm *arm,
	       const char *folder, int argc, char **argv, struct bands *out);

#define EXACT_BANDS "results/bands"

#endif
