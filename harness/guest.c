/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Boots a kernel in QEMU, and finds words for what went wrong. */
#include "guest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launch.h"
#include "util.h"

enum { ARGS = 64 };

/* What makes two boots the same to the digit: a nanosecond an instruction and none slept
 * through, the guest's clock its own, idling recorded, no random numbers; no address and
 * no place that moves. */
static const char *const fixed[] = {
	"-accel",     "tcg",         "-smp",
	"1",          "-m",          "256",
	"-display",   "none",        "-monitor",
	"none",       "-nodefaults", "-no-user-config",
	"-no-reboot", "-rtc",        "base=2024-01-01,clock=vm",
};

/* Of x86: with ACPI, for without it the kernel has but the old timer, and idles for ever
 * sooner or later. On qemu64 a string instruction counts each round, so that a copy
 * weighs what it copies. A panic resets by a triple fault, and QEMU ends. */
static const struct machine {
	const char *name, *cpu;
	const char *more[4];
	const char *words; /* of the kernel */
} machines[] = {
	[GUEST_X86_64] = {"microvm",
			  "qemu64",
			  {"-device", "isa-debug-exit,iobase=0xf4,iosize=4"},
			  "console=ttyS0 panic=-1 reboot=t nokaslr norandmaps quiet"},
	[GUEST_AARCH64] = {"virt",
			   "cortex-a57",
			   {"-semihosting-config",
			    "enable=on,userspace=on,target=native,chardev=said"},
			   "console=ttyAMA0 panic=-1 nokaslr norandmaps quiet"},
};

void guest_said_free(struct guest_said *said)
{
	free(said->bytes);
	said->bytes = NULL;
}

int guest_frame(const struct guest_said *said, size_t *at, struct frame *frame,
		const char **bytes)
{
	size_t left = said->size - *at;

	if (!left)
		return -ENOENT;
	if (left < sizeof(*frame))
		return -EPROTO;
	memcpy(frame, said->bytes + *at, sizeof(*frame));
	if (frame->magic != FRAME_MAGIC || frame->size > left - sizeof(*frame))
		return -EPROTO;
	*bytes = said->bytes + *at + sizeof(*frame);
	*at += sizeof(*frame) + frame->size;
	return 0;
}

/* The frame of that kind that came last, or -1 with nothing changed. */
static int last_frame(const struct guest_said *said, enum frame_kind kind,
		      struct frame *frame, const char **bytes)
{
	struct frame f;
	const char *b;
	int found = -1;

	for (size_t at = 0; guest_frame(said, &at, &f, &b) == 0;)
		if (f.kind == kind)
			*frame = f, *bytes = b, found = 0;
	return found;
}

/* Of the console, the line that says most: of a panic, else the last. */
static char *last_words(const char *console)
{
	char *text = NULL, *save = NULL, *best = NULL;

	if (read_file(console, &text, NULL) < 0)
		return xstrdup("");
	for (char *l = strtok_r(text, "\r\n", &save); l;
	     l = strtok_r(NULL, "\r\n", &save)) {
		if (best && strstr(best, "panic"))
			break;
		best = l;
	}
	char *words = best ? xformat("; its last words: %s", best) : xstrdup("");
	free(text);
	return words;
}

/* Why it did not come to its end. */
static char *explain(const struct guest *g, const struct guest_said *said,
		     const struct outcome *end, int out_fd, const char *console)
{
	struct frame f;
	const char *bytes;
	char *words, *why, *where;

	if (end->error)
		return xformat(
			"cannot run %s: %s; scripts/exact gets it, or name one by --qemu",
			g->qemu, strerror(end->error));
	if (last_frame(said, FRAME_WOE, &f, &bytes) == 0)
		return xformat("the guest gave up: %.*s", (int)f.size, bytes);
	where = last_frame(said, FRAME_BEGIN, &f, &bytes) == 0
			? xformat(" in job %u", f.index)
			: xstrdup("");
	words = last_words(console);
	if (end->timed_out)
		why = xformat("the guest has not ended after %g s%s: killed%s",
			      g->limit_s, where, words);
	else if (strstr(words, "panic"))
		why = xformat("the guest's kernel panicked%s%s", where, words);
	else {
		char *said_by_qemu = launch_words(out_fd);

		why = xformat("%s ended early%s%s%s", g->qemu, where, said_by_qemu,
			      words);
		free(said_by_qemu);
	}
	free(words);
	free(where);
	return why;
}

static size_t add(char **argv, size_t n, const char *option, char *value)
{
	argv[n++] = xstrdup(option);
	argv[n++] = value;
	return n;
}

static size_t add_machine(char **argv, size_t n, const struct guest *g)
{
	const struct machine *m = &machines[g->machine];

	n = add(argv, n, "-machine", xstrdup(m->name));
	n = add(argv, n, "-cpu", xstrdup(g->cpu ? g->cpu : m->cpu));
	for (size_t i = 0; i < countof(m->more) && m->more[i]; i++)
		argv[n++] = xstrdup(m->more[i]);
	n = g->machine == GUEST_X86_64
		    ? add(argv, n, "-debugcon", xformat("file:%s/said", g->folder))
		    : add(argv, n, "-chardev",
			  xformat("file,id=said,path=%s/said", g->folder));
	return add(argv, n, "-append",
		   xformat("%s%s%s", m->words, g->append ? " " : "",
			   g->append ? g->append : ""));
}

static char **arguments(const struct guest *g)
{
	char **argv = xcalloc(ARGS, sizeof(*argv));
	size_t n = 0;

	argv[n++] = xstrdup(g->qemu);
	for (size_t i = 0; i < countof(fixed); i++)
		argv[n++] = xstrdup(fixed[i]);
	n = add(argv, n, "-seed", xformat("%u", g->seed + 1));
	n = add_machine(argv, n, g);
	n = add(argv, n, "-icount",
		xformat("shift=0,sleep=off,rr=record,rrfile=%s/record", g->folder));
	n = add(argv, n, "-serial", xformat("file:%s/console", g->folder));
	n = add(argv, n, "-kernel", xstrdup(g->kernel));
	n = add(argv, n, "-initrd", xstrdup(g->initrd));
	if (g->plugin)
		add(argv, n, "-plugin", xstrdup(g->plugin));
	return argv;
}

static void arguments_free(char **argv)
{
	for (size_t i = 0; argv[i]; i++)
		free(argv[i]);
	free(argv);
}

int guest_boot(const struct guest *g, struct guest_said *said, char **error)
{
	char **argv = arguments(g), *path = xformat("%s/said", g->folder),
	     *console = xformat("%s/console", g->folder);
	int out_fd = memfd_create("qemu", MFD_CLOEXEC);
	const struct launch what = {.argv = argv,
				    .job_fd = -1,
				    .out_fd = out_fd,
				    .variable = g->variable,
				    .limit_s = g->limit_s,
				    .signal_fd = g->signal_fd};
	struct outcome end = {0};
	struct frame f;
	const char *bytes;

	*said = (struct guest_said){0};
	unlink(path);
	unlink(console);
	int err = launch(&what, &end);
	said->signal = end.signal;
	if (err)
		*error = xformat("cannot start a process: %s", strerror(-err));
	else if (end.error == 0 && !end.signal)
		read_file(path, &said->bytes, &said->size);
	if (!err && !end.signal && last_frame(said, FRAME_BYE, &f, &bytes) < 0) {
		err = -EINVAL;
		*error = explain(g, said, &end, out_fd, console);
	}
	if (out_fd >= 0)
		close(out_fd);
	free(console);
	free(path);
	arguments_free(argv);
	return err;
}
