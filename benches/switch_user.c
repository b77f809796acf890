/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From one stack to another and back within a thread: what a switch costs without the
 * kernel's scheduler. */
#include <stddef.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "bench.h"

enum { SWAPCONTEXT, ASM };
enum { STACK = 64 << 10 };

static uint64_t how;
static char *stack;
static struct run *the_run; /* for who cannot return */
static uint64_t arrivals;   /* proof: how often the other side ran */

/* Saves what the ABI lets no call destroy, below the stack pointer that *from gets, and
 * goes on with what `to` has saved so. */
#if defined(__x86_64__)
void stack_switch(void **from, void *to);
__asm__(".text\n"
	".type stack_switch, @function\n"
	"stack_switch:\n\t"
	"push %rbp\n\t"
	"push %rbx\n\t"
	"push %r12\n\t"
	"push %r13\n\t"
	"push %r14\n\t"
	"push %r15\n\t"
	"mov %rsp, (%rdi)\n\t"
	"mov %rsi, %rsp\n\t"
	"pop %r15\n\t"
	"pop %r14\n\t"
	"pop %r13\n\t"
	"pop %r12\n\t"
	"pop %rbx\n\t"
	"pop %rbp\n\t"
	"ret\n\t"
	".size stack_switch, . - stack_switch\n");
enum { HAVE_ASM = 1, SAVED = 8, ENTRY = 6 }; /* words; where the return address lies */

#elif defined(__aarch64__)
void stack_switch(void **from, void *to);
__asm__(".text\n"
	".type stack_switch, %function\n"
	"stack_switch:\n\t"
	"sub sp, sp, #160\n\t"
	"stp x19, x20, [sp]\n\t"
	"stp x21, x22, [sp, #16]\n\t"
	"stp x23, x24, [sp, #32]\n\t"
	"stp x25, x26, [sp, #48]\n\t"
	"stp x27, x28, [sp, #64]\n\t"
	"stp x29, x30, [sp, #80]\n\t"
	"stp d8, d9, [sp, #96]\n\t"
	"stp d10, d11, [sp, #112]\n\t"
	"stp d12, d13, [sp, #128]\n\t"
	"stp d14, d15, [sp, #144]\n\t"
	"mov x9, sp\n\t"
	"str x9, [x0]\n\t"
	"mov sp, x1\n\t"
	"ldp x19, x20, [sp]\n\t"
	"ldp x21, x22, [sp, #16]\n\t"
	"ldp x23, x24, [sp, #32]\n\t"
	"ldp x25, x26, [sp, #48]\n\t"
	"ldp x27, x28, [sp, #64]\n\t"
	"ldp x29, x30, [sp, #80]\n\t"
	"ldp d8, d9, [sp, #96]\n\t"
	"ldp d10, d11, [sp, #112]\n\t"
	"ldp d12, d13, [sp, #128]\n\t"
	"ldp d14, d15, [sp, #144]\n\t"
	"add sp, sp, #160\n\t"
	"ret\n\t"
	".size stack_switch, . - stack_switch\n");
enum { HAVE_ASM = 1, SAVED = 20, ENTRY = 11 };

#else
static void stack_switch(void **from, void *to)
{
	(void)from, (void)to;
}
enum { HAVE_ASM = 0, SAVED = 8, ENTRY = 0 };
#endif

static void *here_at, *there_at; /* the saved stack pointers */

static void other_side(void)
{
	for (;;) {
		arrivals++;
		stack_switch(&there_at, here_at);
	}
}

static int switch_stacks(uint64_t n)
{
	while (n--)
		stack_switch(&here_at, there_at);
	return 0;
}

#ifdef __GLIBC__

static ucontext_t here, there;

/* From the other side there is no way back, and here glibc's swapcontext, having failed,
 * has spoilt a register (r12 on x86-64) that its caller counts on. */
_Noreturn static void give_up(void)
{
	bench_fail(the_run, "swapcontext", errno);
	bench_give_up(the_run);
}

static void other_context(void)
{
	for (;;) {
		arrivals++;
		if (swapcontext(&there, &here) < 0)
			give_up();
	}
}

static int switch_contexts(uint64_t n)
{
	while (n--)
		if (swapcontext(&here, &there) < 0)
			give_up();
	return 0;
}

static int prepare_contexts(struct run *run)
{
	if (getcontext(&there) < 0)
		return bench_fail(run, "getcontext", errno);
	there.uc_stack.ss_sp = stack;
	there.uc_stack.ss_size = STACK;
	there.uc_link = &here;
	makecontext(&there, other_context, 0);
	return 0;
}

#else /* musl declares these calls and has none of them */

static int switch_contexts(uint64_t n)
{
	(void)n;
	return bench_fail(the_run, "swapcontext", ENOSYS);
}

static int prepare_contexts(struct run *run)
{
	return bench_skip(run, "how: this C library has no swapcontext; try how=asm", 0);
}

#endif

static int op(struct run *run, uint64_t n)
{
	uint64_t before = arrivals;
	int err = how == ASM ? switch_stacks(n) : switch_contexts(n);

	if (!err && arrivals - before != n)
		return bench_fail(run, "the other side did not run", 0);
	return err;
}

static int prepare_asm(struct run *run)
{
	void **frame = (void **)(void *)(stack + STACK) - SAVED;

	if (!HAVE_ASM)
		return bench_skip(run, "how: asm is not written for this architecture",
				  0);
	frame[ENTRY] = (void *)other_side;
	there_at = frame;
	return 0;
}

static int setup(struct run *run)
{
	how = bench_param(run, "how");
	bench_scale(run, 2);
	stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stack == MAP_FAILED)
		return bench_fail(run, "mmap", errno);
	if (how == ASM)
		return prepare_asm(run);
	the_run = run;
	return prepare_contexts(run);
}

static const struct param params[] = {
	{.name = "how",
	 .brief = "libc's swapcontext, with two calls for the signal mask, or a few "
		  "lines of "
		  "assembly",
	 .type = PARAM_CHOICE,
	 .def = "swapcontext",
	 .choices = (const struct choice[]){{"swapcontext", SWAPCONTEXT},
					    {"asm", ASM},
					    {0}}},
	{0},
};

const struct bench bench = {
	.name = "switch_user",
	.brief = "to another stack of the same thread and back, without the scheduler: "
		 "one of the two switches",
	.family = "switch",
	.floor = "null",
	.params = params,
	.setup = setup,
	.op = op,
};
