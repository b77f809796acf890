/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the guest's first program cannot say in C: words to the emulator that runs it, and
 * a loop of known length. */
#ifndef LWP_GUEST_ARCH_H
#define LWP_GUEST_ARCH_H

#include <stddef.h>
#include <stdint.h>

#include "../../benches/mark.h"

#if defined(__x86_64__)

#include <sys/io.h>

/* The ports of QEMU's isa-debugcon and isa-debug-exit. */
enum { PORT_OUT = 0xe9, PORT_EXIT = 0xf4 };

/* 0, or -1 if the host cannot be told anything. */
static inline int arch_open(void)
{
	return ioperm(PORT_OUT, 1, 1) < 0 || ioperm(PORT_EXIT, 1, 1) < 0 ? -1 : 0;
}

/* The right goes to children, whose every return from the kernel would then pay for it.
 */
static inline void arch_close(void)
{
	ioperm(PORT_OUT, 1, 0);
	ioperm(PORT_EXIT, 1, 0);
}

static inline void arch_say(const void *bytes, size_t n)
{
	__asm__ volatile("rep outsb" : "+S"(bytes), "+c"(n) : "d"(PORT_OUT) : "memory");
}

/* Writes to a fresh page, which faults, for who watches. */
static inline void arch_fault(uintptr_t page)
{
	__asm__ volatile(MARK_CODE "; movb $1, (%1)"
			 :
			 : "i"(MARK_FAULT), "r"(page)
			 : "memory");
}

/* Ends the emulator. */
static inline void arch_leave(void)
{
	outb(0, PORT_EXIT);
}

/* Two instructions each time round. */
static inline void arch_loop(uint64_t n)
{
	__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(n));
}

#elif defined(__aarch64__)

/* Semihosting: calls of the emulator itself, which no driver has to carry. What is opened
 * there goes to its own standard output; what is written byte by byte, to where it is
 * told to. Source: Arm, "Semihosting for AArch32 and AArch64". */
enum { SEMI_WRITEC = 0x03, SEMI_EXIT = 0x18, SEMI_EXIT_DONE = 0x20026 };

static inline void arch_semi(long operation, const void *block)
{
	register long x0 __asm__("x0") = operation;
	register const void *x1 __asm__("x1") = block;

	__asm__ volatile("hlt #0xf000" : "+r"(x0) : "r"(x1) : "memory");
}

static inline int arch_open(void)
{
	return 0;
}

/* Nobody watches. */
static inline void arch_fault(uintptr_t page)
{
	(void)page;
}

static inline void arch_close(void)
{
}

static inline void arch_say(const void *bytes, size_t n)
{
	/* The emulator reads what is mapped, and faults nothing in: our stack is. */
	for (const unsigned char *p = bytes; n--; p++) {
		volatile unsigned char byte = *p;

		arch_semi(SEMI_WRITEC, (const void *)&byte);
	}
}

static inline void arch_leave(void)
{
	const uintptr_t block[2] = {SEMI_EXIT_DONE, 0};

	arch_semi(SEMI_EXIT, block);
}

static inline void arch_loop(uint64_t n)
{
	__asm__ volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r"(n) : : "cc");
}

#endif

#endif
