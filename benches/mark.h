/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places in a program that who watches a guest's instructions knows by their bytes: one
 * instruction each, which does nothing. */
#ifndef LWP_MARK_H
#define LWP_MARK_H

enum mark {
	MARK_BEGIN = 0x4c574231, /* of a sample's operations, */
	MARK_END,                /* and the end of them */
	MARK_JOB,                /* what follows belongs to the next job */
	MARK_FAULT,              /* the next instruction faults */
};

/* A long NOP that no compiler makes: rbx for its base, no index, the mark for its offset.
 */
#define MARK_BYTES "\x0f\x1f\x84\xa3"
#define MARK_CODE ".byte 0x0f, 0x1f, 0x84, 0xa3; .long %c0"

#ifdef __x86_64__
#define mark(m) __asm__ volatile(MARK_CODE : : "i"(m) : "memory")
#else
#define mark(m) ((void)0)
#endif

#endif
