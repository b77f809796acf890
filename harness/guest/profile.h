/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What plugin.c writes down: entries of one size, in the order in which things happened.
 */
#ifndef LWP_GUEST_PROFILE_H
#define LWP_GUEST_PROFILE_H

#include <stdint.h>

enum profile_kind {
	PROFILE_JOB,    /* the next job begins */
	PROFILE_BLOCK,  /* code that is new: n its number from 0 on, a its address, b the
			   first 8 bytes */
	PROFILE_COUNT,  /* a instructions of block n, in the sample that ends next */
	PROFILE_SAMPLE, /* ends: a instructions of user's, b of the kernel's */
	PROFILE_END     /* all was written */
};

struct profile_entry {
	uint32_t kind, n;
	uint64_t a, b;
};

/* Addresses from here on are the kernel's. */
#define PROFILE_KERNEL (UINT64_C(1) << 63)

#endif
