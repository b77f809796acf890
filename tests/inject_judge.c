/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may become of a benchmark of which a system call failed: the lists, each entry of
 * which was thought over, and how they are applied. */
#include "inject_judge.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "../harness/util.h"

/*
 * Calls after whose failure there may be a number, and why that is right: the operation
 * was done. A call that is part of an operation does not belong here.
 */
static const struct tolerated {
	const char *calls;      /* parted by spaces; NULL: all */
	const char *benchmarks; /* a pattern, NULL: all */
	const char *text; /* among the arguments of each: any of those that | parts; NULL:
			     all */
	const char *ways; /* a pattern, NULL: all */
	int errors[3];    /* none: all */
	bool noted;       /* only with a note that names the error */
	bool hang;        /* not a number, but that it hangs */
	const char *why;
} tolerated[] = {
	{"brk", .why = "libc takes memory by mmap instead"},
	{"set_tid_address set_robust_list rseq", .why = "libc does without"},
	{"prlimit64", .why = "at its start libc guesses the size of the stack"},
	{"readlink", .text = "/proc/self/exe",
	 .why = "libc's start; by us it is checked"},
	{"getrandom", .why = "libc has other seeds"},
	{"rt_sigprocmask", .why = "libc's, around what it makes; by us it is checked"},
	{"rt_sigaction", .text = " 20 | 21 ", .why = "libc's own signals"},
	{"rt_sigaction", .ways = "child*", .why = "libc's, before it runs a program"},
	{"clone3", .benchmarks = "!(clone3|shared)", .errors = {ENOSYS},
	 .why = "libc falls back on clone"},
	{"madvise", .text = " 4 ", .why = "libc gives the stack of an ended thread back"},
	{"madvise", .text = " 17 ", .why = "MADV_POPULATE_WRITE; pages are written to"},
	{"munmap", .benchmarks = "!(many_mmap)",
	 .why = "libc's stacks, texts of /proc: what is left mapped goes in the end"},
	{"openat open read", .text = "/proc/|/sys/",
	 .why = "an unknown limit limits nothing"},
	{"close", .text = "/proc/|/sys/", .why = "a descriptor more; it was read"},
	{"close", .errors = {EINTR}, .why = "Linux has closed it all the same"},
	{"mmap", .text = " 200000 ", .why = "room for texts of /proc: as above"},
	{"futex", .benchmarks = "fork", .text = "  1 ",
	 .why = "an idle child's wake-up: its creator looks now and then"},
	{"nanosleep clock_nanosleep", .why = "who looks now and then looks more often"},
	{"sched_yield", .benchmarks = "!(switch_*)",
	 .why = "who looks now and then looks more often"},
	{"prctl", .why = "who would outlive its creator is killed by the driver as well"},
	{"tgkill", .why = "in the end who sleeps is woken more than once, or killed"},
	{"membarrier", .benchmarks = "weight", .why = "there is the waiting, too"},
	{"clone clone3 mmap mprotect", .benchmarks = "weight", .errors = {ENOMEM, EAGAIN},
	 .noted = true, .why = "the ladder ends there, which is said"},
	{"read write readv writev recvfrom sendto recvmsg sendmsg wait4 waitid poll "
	 "ppoll pause "
	 "futex flock fcntl semop semtimedop msgsnd msgrcv mq_timedsend mq_timedreceive "
	 "rt_sigtimedwait process_vm_readv process_vm_writev splice vmsplice",
	 .errors = {EINTR}, .why = "what a signal interrupted is done once more"},
	{NULL, .benchmarks = "@(sh|system|popen)", .ways = "child*",
	 .why = "the shell's own; that it ran its program is proved by the status"},
	{"sched_yield", .errors = {EINTR}, .why = "it is done once more"},
	{"rt_sigaction", .benchmarks = "@(sh|system|popen)",
	 .why = "libc's, before it runs the shell"},
	{"futex", .errors = {EAGAIN}, .why = "as if its word had changed: a new look"},
	{"futex", .benchmarks = "@(lock|msg)_@(mutex|cond|sem|rwlock|barrier)",
	 .errors = {EINTR}, .hang = true,
	 .why = "libc takes a FUTEX_WAKE for done, which no signal interrupts in Linux"},
};

/* Words by which a reason may name a call, beside its name. */
static const struct alias {
	const char *calls, *words; /* parted by spaces */
} aliases[] = {
	{"clone clone3 vfork fork mmap munmap mprotect madvise brk rt_sigprocmask",
	 "fork pthread_create posix_spawn clone system popen"},
	{"clock_nanosleep", "nanosleep"},
	{"prlimit64", "getrlimit setrlimit"},
	{"readlink", "path exec"},
	{"openat open read mmap", "cgroup huge"},
	{"mprotect", "protection max_map_count"},
	{"openat open read close newfstatat fstat statx pread64", "/proc /sys /dev/"},
	{"newfstatat fstat statx", "stat"},
	{"openat open", "open"},
	{"read pread64 readv", "reading popen"},
	{"wait4 waitid", "waitpid pclose system"},
	{"futex", "pthread_ sem_"},
	{"pipe2 dup2 dup3 fcntl", "popen"},
	{"execve", "exec posix_spawn popen system"},
	{"rt_sigaction", "sigaction signal"},
	{"rt_sigprocmask", "sigprocmask getcontext swapcontext"},
	{"sendto sendmsg", "send"},
	{"recvfrom recvmsg", "recv"},
	{"socket bind listen getsockname connect accept4", "socket TCP accept"},
	{"arch_prctl", "thread-local"},
	{"clock_gettime", "clock"},
	{"mknodat mknod", "mkfifo"},
	{"eventfd2 signalfd4", "eventfd signalfd"},
	{"fcntl", "F_GETPIPE_SZ F_SETPIPE_SZ fds"},
	{"access faccessat2 faccessat", "/bin/sh access"},
	{"mkdir mkdirat rmdir", "cgroup"},
};

/* Or say what a task was about when its call failed: with the errno that is enough. */
static const char *const doings[] = {"does not know the set",
				     "passing the token",
				     "passing a message",
				     "sending",
				     "receiving",
				     "the lock",
				     "an operation",
				     "procs: ",
				     "its CPU clock",
				     "namespaces"};

/* Or that a proof of work did not hold: what an error had led to, in another task. */
static const char *const proofs[] = {
	"the ops claim",
	"came back as another",
	"is not what was sent",
	"the lock did not lock",
	" operations instead of ",
	"the child ended",
	"the child was killed by signal",
	"did not run to its end",
	"does not see what",
	"do not hold what was written",
	"is not in the cgroup",
	"has no namespace of its own",
	"ended before its time",
	" was killed by signal",
	" page faults",
	"the memory was not fresh",
	" as switches",
	"other than huge pages",
	"The futex facility returned an unexpected error code",
};

bool judge_is_hang(const char *reason)
{
	return strncmp(reason, "still running", 13) == 0;
}

static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at += len)
		if ((at == list || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
			return true;
	return false;
}

/* Whether the text has any of the words. */
static bool has_any(const char *text, const char *words)
{
	char *copy = xstrdup(words), *save = NULL;
	bool has = false;

	for (char *w = strtok_r(copy, " ", &save); w && !has;
	     w = strtok_r(NULL, " ", &save))
		has = strstr(text, w);
	free(copy);
	return has;
}

/* Whether the line, of that length, has any of the texts, which | parts. */
static bool line_has(const char *line, size_t length, const char *texts)
{
	for (size_t len; *texts; texts += len + (texts[len] == '|')) {
		len = strcspn(texts, "|");
		if (memmem(line, length, texts, len))
			return true;
	}
	return false;
}

static bool each_has(const char *lines, const char *texts)
{
	for (size_t len; *lines; lines += len + (lines[len] == '\n')) {
		len = strcspn(lines, "\n");
		if (!line_has(lines, len, texts))
			return false;
	}
	return true;
}

static bool is_one_of(int err, const int errors[3])
{
	return !errors[0] || err == errors[0] || err == errors[1] || err == errors[2];
}

static bool matches(const char *pattern, const char *name)
{
	return !pattern || fnmatch(pattern, name, FNM_EXTMATCH) == 0;
}

static bool is_tolerated(const struct finding *f, bool hang)
{
	for (size_t i = 0; i < countof(tolerated); i++) {
		const struct tolerated *t = &tolerated[i];

		if (t->hang == hang && (!t->calls || has_word(t->calls, f->call)) &&
		    matches(t->benchmarks, f->benchmark) && matches(t->ways, f->way) &&
		    is_one_of(f->error, t->errors) &&
		    (!t->text || each_has(f->failed, t->text)) &&
		    (!t->noted || strstr(f->note, strerrorname_np(f->error)) ||
		     strstr(f->note, "EAGAIN")))
			return true;
	}
	return false;
}

static bool names_call(const struct finding *f)
{
	if (strstr(f->reason, f->call))
		return true;
	for (size_t i = 0; i < countof(aliases); i++)
		if (has_word(aliases[i].calls, f->call) &&
		    has_any(f->reason, aliases[i].words))
			return true;
	for (size_t i = 0; i < countof(doings); i++)
		if (strstr(f->reason, doings[i]))
			return true;
	return false;
}

/* Of libc's, which takes some errors for another, and of a program's own last words. */
static bool says_how(const struct finding *f)
{
	return strstr(f->reason, "(E") || strstr(f->reason, ": E") ||
	       strstr(f->reason, strerror(f->error)) ||
	       strncmp(f->reason, "ended with status", 17) == 0 ||
	       strncmp(f->reason, "killed by SIG", 13) == 0;
}

static bool is_named(const struct finding *f)
{
	for (size_t i = 0; i < countof(proofs); i++)
		if (strstr(f->reason, proofs[i]))
			return true;
	return names_call(f) && says_how(f);
}

enum verdict judge(const struct finding *f)
{
	if (f->left)
		return LEFT;
	if (f->status == STATUS_OK)
		return !*f->failed              ? MISSED
		       : is_tolerated(f, false) ? TOLERATED
						: UNHARMED;
	if (judge_is_hang(f->reason))
		return is_tolerated(f, true) ? KNOWN_HANG : HUNG;
	if (!is_named(f))
		return UNNAMED;
	return f->status == STATUS_SKIPPED ? SKIPPED : NAMED;
}

const char *verdict_name(enum verdict v)
{
	static const char *const names[] = {
		[NAMED] = "failed, named",
		[SKIPPED] = "skipped, named",
		[TOLERATED] = "measured, as it may",
		[MISSED] = "measured, call not reached",
		[KNOWN_HANG] = "killed after its limit, known",
		[UNHARMED] = "! a number although it failed",
		[UNNAMED] = "! failed without a name",
		[HUNG] = "! hung",
		[LEFT] = "! left something",
	};

	return names[v];
}

bool verdict_is_bad(enum verdict v)
{
	return v >= UNHARMED;
}
