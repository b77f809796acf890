/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cases run in a guest whose clock counts instructions: the same count each time. */
#ifndef LWP_EXACT_H
#define LWP_EXACT_H

#include "guest.h"
#include "profile.h"
#include "record.h"

#define EXACT_UNIT "instructions/op"

/* What the last boot told of the code that ran. */
struct exact_code {
	struct profile profile;
	char *symbols; /* of the kernel: see symbols.h */
	size_t *jobs;  /* of each case of the record, its job; SIZE_MAX: none */
};

/* What should not matter, and is moved to see how much it does; all 0: as ever. */
struct exact_variant {
	unsigned append;  /* bytes of a word that the kernel's command line ends with */
	unsigned program; /* bytes behind each program */
	unsigned words;   /* bytes that programs find in their environment */
	unsigned seed;    /* of what is random */
};

struct exact {
	const char *benches; /* static programs, as of `run` */
	const char *init;    /* the guest's first program */
	const char *folder;  /* for the initrd and what QEMU writes; the caller's */
	struct guest
		guest;    /* kernel, append, qemu, plugin, limit; the rest is filled in */
	unsigned samples; /* of one operation each, a case */
	struct exact_variant variant;
	const char
		*plugin; /* counts user's and kernel's apart in the last boot; NULL: no */
	struct exact_code *code; /* filled in, which needs the plugin; NULL: not wanted */
};

enum { EXACT_SAMPLES = 64 };

/* Boots so many times and adds a rep each to the pending cases of r; what cannot run
 * there is skipped, what goes wrong fails with a reason. Adds facts of the guest to
 * r->host. 0, the number of the signal that ended it, or -EINVAL with one line in *error.
 */
int exact_count(const struct exact *e, unsigned boots, struct record *r, char **error);
/* Adds facts of what counts and is counted to r->host: the SHA-256 of the kernel's image
 * and of each case's program, QEMU's version, the number of samples; 0, or -EINVAL with
 * one line in *error. */
int exact_identify(const struct exact *e, struct record *r, char **error);
/* That of a case's program; caller frees; NULL: not known. */
char *exact_program(const struct record *r, const struct kase *k);
void exact_code_free(struct exact_code *code);
/* Then: what was measured is of EXACT_UNIT, and has no gauges. */
void exact_finish(struct record *r);
/* The first case whose two last reps differ, or NULL; the sample in *sample. */
const struct kase *exact_differs(const struct record *r, size_t *sample);

#endif
