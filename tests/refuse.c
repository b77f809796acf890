/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a program, and refuses a system call to its tasks:
 * refuse FILE NUMBER ERRNO all|others FROM on|once PROGRAM [ARGUMENT]...
 *
 * Each task's calls are counted by themselves, the FROM-th is the first that fails. To
 * `others` means to children and threads alone: the program comes to its own calls first,
 * which is why strace, which cannot tell them apart, never gets to a child's. Each
 * refusal is a line in FILE, with the paths that the arguments name. Ends as the program
 * ends. */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SECCOMP_USER_NOTIF_FLAG_CONTINUE /* Linux 5.5 */
#define SECCOMP_USER_NOTIF_FLAG_CONTINUE 1
#endif
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV /* Linux 5.19 */
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1 << 5)
#endif

enum { TASKS = 4096, LINES = 200, TEXT = 80 };

struct refusal {
	FILE *told;
	unsigned call;
	int error;
	bool others, once;
	unsigned long from;
	char **argv;
	volatile int *listener; /* shared: -1 until there is one, -2: refused */
	unsigned lines;
	bool begun; /* the program runs */
	struct {
		pid_t pid;
		unsigned long calls;
	} tasks[TASKS];
	unsigned ntasks;
};

_Noreturn static void give_up(const char *what)
{
	perror(what);
	exit(2);
}

/* No system call but the exec after the filter is there: it may be that very call. */
static int become(void *p)
{
	const struct refusal *r = p;
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, r->call, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog filter = {.len = sizeof(code) / sizeof(*code),
					  .filter = code};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Without the first a signal to whoever waits for us would end its call. */
	const unsigned long ways[] = {
		SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
		SECCOMP_FILTER_FLAG_NEW_LISTENER,
	};
	long fd = -1;
	for (int i = 0; i < 4 && fd < 0; i++) {
		fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, ways[i % 2], &filter);
		if (fd < 0 && errno == EACCES)
			prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	}
	*r->listener = fd < 0 ? -2 : (int)fd;
	if (fd >= 0)
		execv(r->argv[0], r->argv);
	return 127;
}

/* The path that a descriptor has, or that lies where it points to; "" of neither. */
static void name_argument(pid_t pid, unsigned long long arg, char text[TEXT])
{
	char link[64];
	ssize_t n;

	if (arg < TASKS) {
		snprintf(link, sizeof(link), "/proc/%d/fd/%llu", (int)pid, arg);
		n = readlink(link, text, TEXT - 1);
	} else {
		const struct iovec here = {text, TEXT - 1},
				   there = {(void *)arg, TEXT - 1};

		n = process_vm_readv(pid, &here, 1, &there, 1, 0);
	}
	text[n > 0 ? n : 0] = 0;
	if (text[0] != '/')
		text[0] = 0;
}

/* At once, for whoever hangs is killed, and we with it. */
static void tell(struct refusal *r, const struct seccomp_notif *asked)
{
	char text[TEXT];

	if (r->lines++ == LINES)
		return;
	fprintf(r->told, "%u (INJECTED)", r->call);
	for (int i = 0; i < 3; i++) {
		name_argument((pid_t)asked->pid, asked->data.args[i], text);
		fprintf(r->told, " %llx %s", (unsigned long long)asked->data.args[i],
			text);
	}
	fputc('\n', r->told);
	fflush(r->told);
}

static unsigned long *calls_of(struct refusal *r, pid_t pid)
{
	unsigned i = 0;

	while (i < r->ntasks && r->tasks[i].pid != pid)
		i++;
	if (i == r->ntasks && r->ntasks < TASKS) {
		r->tasks[i].pid = pid;
		r->tasks[r->ntasks++].calls = 0;
	}
	return &r->tasks[i < TASKS ? i : TASKS - 1].calls;
}

static bool is_to_fail(struct refusal *r, pid_t pid, pid_t program)
{
	if (pid == program && (r->others || (r->call == SYS_execve && !r->begun))) {
		r->begun = true;
		return false;
	}
	unsigned long n = ++*calls_of(r, pid);
	return r->once ? n == r->from : n >= r->from;
}

/* Answers one call. ENOENT: who made it was killed meanwhile, or got a signal. */
static void answer(struct refusal *r, int listener, pid_t program)
{
	struct seccomp_notif asked;
	struct seccomp_notif_resp reply = {0};

	memset(&asked, 0, sizeof(asked));
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) < 0)
		return;
	reply.id = asked.id;
	if (is_to_fail(r, (pid_t)asked.pid, program)) {
		reply.error = -r->error;
		tell(r, &asked);
	} else {
		reply.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	}
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply);
}

/* As the program ended. */
_Noreturn static void end_as(int status)
{
	const struct rlimit none = {0};

	if (!WIFSIGNALED(status))
		exit(WEXITSTATUS(status));
	setrlimit(RLIMIT_CORE, &none);
	signal(WTERMSIG(status), SIG_DFL);
	raise(WTERMSIG(status));
	exit(2);
}

static int await_listener(const struct refusal *r, pid_t program)
{
	while (*r->listener == -1) {
		if (waitpid(program, NULL, WNOHANG | __WALL) == program)
			return -2;
		usleep(100);
	}
	return *r->listener;
}

static void serve(struct refusal *r, int listener, pid_t program)
{
	struct pollfd fds[] = {
		{.fd = listener, .events = POLLIN},
		{.fd = (int)syscall(SYS_pidfd_open, program, 0), .events = POLLIN}};

	if (fds[1].fd < 0)
		give_up("refuse: pidfd_open");
	while (!(fds[1].revents & POLLIN)) {
		if (poll(fds, 2, -1) < 0)
			give_up("refuse: poll");
		if (fds[0].revents & POLLIN)
			answer(r, listener, program);
		else if (fds[0].revents)
			fds[0].fd = -1;
	}
}

int main(int argc, char **argv)
{
	static char stack[65536] __attribute__((aligned(16)));
	int status;

	if (argc < 8) {
		fputs("usage: refuse FILE NUMBER ERRNO all|others FROM on|once PROGRAM "
		      "[ARGUMENT]...\n",
		      stderr);
		return 2;
	}
	static struct refusal r;

	r.told = fopen(argv[1], "we");
	r.call = (unsigned)strtoul(argv[2], NULL, 10);
	r.error = (int)strtol(argv[3], NULL, 10);
	r.others = strcmp(argv[4], "others") == 0;
	r.from = strtoul(argv[5], NULL, 10);
	r.once = strcmp(argv[6], "once") == 0;
	r.argv = argv + 7;
	r.listener = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!r.told)
		give_up("refuse: its file");
	if (r.listener == MAP_FAILED)
		give_up("refuse: mmap");
	*r.listener = -1;
	/* With our descriptors until it execs: so its listener is ours as well. */
	pid_t program = clone(become, stack + sizeof(stack), CLONE_FILES | SIGCHLD, &r);
	int listener = program < 0 ? -2 : await_listener(&r, program);
	if (listener < 0)
		give_up("refuse: seccomp");
	serve(&r, listener, program);
	while (waitpid(program, &status, __WALL) < 0)
		if (errno != EINTR)
			give_up("refuse: waitpid");
	end_as(status);
}
