/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the guest of exact mode tells its host: frames, a header and so many bytes each.
 */
#ifndef LWP_FRAME_H
#define LWP_FRAME_H

#include <stdint.h>

enum {
	FRAME_MAGIC = 0x7866776c, /* "lwfx" */
	FRAME_SEED = 256          /* bytes of /seed, for the pool of random numbers */
};

enum frame_kind {
	FRAME_HELLO,   /* struct frame_hello */
	FRAME_BEGIN,   /* a job begins; no bytes */
	FRAME_JOB,     /* struct frame_end, then the job as its program left it */
	FRAME_WORDS,   /* what that program printed */
	FRAME_WOE,     /* a line that says why the guest cannot go on */
	FRAME_SYMBOLS, /* of the kernel's code, lines "ADDRESS NAME" */
	FRAME_BYE      /* every job was run; no bytes */
};

struct frame {
	uint32_t magic, kind, index, size; /* index of the job; bytes that follow */
};

/* The guest's clock, held against instructions that are counted by hand. */
struct frame_hello {
	uint64_t loop_ns, loop_instructions;
	char release[128], version[128]; /* of uname(2) */
	char machine[128];
};

/* How a job's program ended. */
struct frame_end {
	int32_t error;  /* errno of why it could not be started, or 0 */
	int32_t status; /* as of waitpid(2) */
	uint32_t timed_out, strays;
};

#endif
