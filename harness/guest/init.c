/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first and only program of the guest of exact mode: runs the jobs that its initrd
 * holds, one after the other, and tells the host what became of them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../benches/mark.h"
#include "arch.h"
#include "frame.h"

enum { JOB_FD = 3, WORDS_MOST = 2000, ARGS = 64 };
static const long limit_s = 10; /* of the guest's time, which is instructions */

static void frame(enum frame_kind kind, unsigned index, const void *a, size_t na,
		  const void *b, size_t nb)
{
	const struct frame f = {FRAME_MAGIC, kind, index, (uint32_t)(na + nb)};

	arch_say(&f, sizeof(f));
	arch_say(a, na);
	arch_say(b, nb);
}

static _Noreturn void leave(void)
{
	arch_leave();
	for (;;)
		pause();
}

static _Noreturn void give_up(const char *what)
{
	char line[256];
	int n = snprintf(line, sizeof(line), "%s: %s", what, strerror(errno));

	frame(FRAME_WOE, 0, line, (size_t)n, NULL, 0);
	leave();
}

static void place(const char *type, const char *path)
{
	if ((mkdir(path, 0755) < 0 && errno != EEXIST) ||
	    (mount(type, path, type, 0, NULL) < 0 && errno != EBUSY))
		give_up(path);
}

/* Sockets of this machine only; a kernel without any has no benchmark of them either. */
static void start_loopback(void)
{
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	ioctl(fd, SIOCSIFFLAGS, &lo);
	close(fd);
}

/* A pool that is never ready makes each clone(2) hash for a canary. The bytes are the
 * same each time: so is what is drawn from them. */
static void seed(void)
{
	union {
		struct rand_pool_info info;
		unsigned char room[sizeof(struct rand_pool_info) + FRAME_SEED];
	} pool = {.info = {.entropy_count = 8 * FRAME_SEED, .buf_size = FRAME_SEED}};
	int from = open("/seed", O_RDONLY | O_CLOEXEC),
	    fd = open("/dev/urandom", O_RDWR | O_CLOEXEC);

	if (read(from, pool.info.buf, FRAME_SEED) != FRAME_SEED)
		give_up("/seed");
	close(from);
	if (fd < 0 || ioctl(fd, RNDADDENTROPY, &pool) < 0)
		give_up("seeding /dev/urandom");
	close(fd);
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void greet(void)
{
	/* Two instructions each time round; the best of several, for the timer ticks. */
	enum { TRIES = 8 };
	static const uint64_t rounds = 100000;
	struct frame_hello hello = {.loop_instructions = 2 * rounds,
				    .loop_ns = UINT64_MAX};
	struct utsname u;

	for (int i = 0; i < TRIES; i++) {
		uint64_t began = now();

		arch_loop(rounds);
		uint64_t took = now() - began;
		if (took < hello.loop_ns)
			hello.loop_ns = took;
	}
	uname(&u);
	snprintf(hello.release, sizeof(hello.release), "%s", u.release);
	snprintf(hello.version, sizeof(hello.version), "%s", u.version);
	snprintf(hello.machine, sizeof(hello.machine), "%s", u.machine);
	frame(FRAME_HELLO, 0, &hello, sizeof(hello), NULL, 0);
}

/* Shows who watches where the kernel takes faults: an instruction that faults is begun
 * twice, and counted once. Twice, for one may be interrupted between the two. */
static void show_fault(void)
{
	static const size_t page = 4096, size = 2 * page;
	char *fresh = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (fresh == MAP_FAILED)
		give_up("mmap");
	for (char *p = fresh; p < fresh + size; p += page)
		arch_fault((uintptr_t)p);
	munmap(fresh, size);
}

static void *slurp(const char *path, size_t *size)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *bytes = NULL;
	size_t have = 0;

	if (fd < 0 || fstat(fd, &st) < 0 || !(bytes = malloc((size_t)st.st_size + 1)))
		give_up(path);
	for (ssize_t n = 1; have < (size_t)st.st_size && n > 0; have += (size_t)n)
		if ((n = read(fd, bytes + have, (size_t)st.st_size - have)) < 0)
			give_up(path);
	bytes[have] = 0;
	close(fd);
	*size = have;
	return bytes;
}

static _Noreturn void become(char **argv, char **env, const char *job, const char *words)
{
	int in = open("/dev/null", O_RDONLY), fd = open(job, O_RDWR),
	    out = open(words, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);

	if (in < 0 || fd < 0 || out < 0)
		_exit(126);
	arch_close();
	fd = fcntl(fd, F_DUPFD, 10); /* out of the way of those it will be among */
	out = fcntl(out, F_DUPFD, 10);
	in = fcntl(in, F_DUPFD, 10);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	dup2(fd, JOB_FD);
	close_range(JOB_FD + 1, ~0U, 0);
	setsid();
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(argv[0], argv, env);
	_exit(127);
}

/* What each task but us waits for, behind the program's words: why it hangs. */
static void tell_tasks(void)
{
	char command[512];
	DIR *proc = opendir("/proc");
	FILE *words = fopen("/words", "a");

	for (struct dirent *d; proc && words && (d = readdir(proc));) {
		long pid = strtol(d->d_name, NULL, 10);

		if (pid <= 1)
			continue;
		for (size_t i = 0; i < 2; i++) {
			snprintf(command, sizeof(command), "/proc/%ld/%s", pid,
				 i ? "syscall" : "stat");
			FILE *f = fopen(command, "r");
			size_t n = f ? fread(command, 1, sizeof(command) - 1, f) : 0;
			command[n] = 0;
			if (n)
				fprintf(words, "%s", command);
			if (f)
				fclose(f);
		}
	}
	if (words)
		fclose(words);
	if (proc)
		closedir(proc);
}

/* Waits for the program without idling more than it does. */
static void await(pid_t pid, struct frame_end *end)
{
	const struct timespec limit = {.tv_sec = limit_s};
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	for (;;) {
		pid_t got = waitpid(pid, &end->status, WNOHANG);

		if (got == pid)
			break;
		if (sigtimedwait(&child, NULL, &limit) < 0 && errno == EAGAIN) {
			end->timed_out = 1;
			tell_tasks();
			kill(-1, SIGKILL);
			waitpid(pid, &end->status, 0);
			break;
		}
	}
	/* All others are its descendants. */
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	if (kill(-1, SIGKILL) == 0)
		while (waitpid(-1, NULL, 0) > 0)
			end->strays++;
}

static void run(unsigned index, char **argv, char **env)
{
	struct frame_end end = {0};
	char job[64];
	size_t size, said;

	snprintf(job, sizeof(job), "/job/%u", index);
	frame(FRAME_BEGIN, index, NULL, 0, NULL, 0);
	mark(MARK_JOB);
	pid_t pid = fork();
	if (pid == 0)
		become(argv, env, job, "/words");
	if (pid < 0)
		end.error = errno;
	else
		await(pid, &end);
	void *bytes = slurp(job, &size);
	frame(FRAME_JOB, index, &end, sizeof(end), bytes, size);
	free(bytes);
	if (pid < 0)
		return;
	char *words = slurp("/words", &said);
	if (said > WORDS_MOST)
		said = WORDS_MOST;
	frame(FRAME_WORDS, index, words, said, NULL, 0);
	free(words);
}

/* A line of the plan: variables, a program and its arguments, blanks between them. */
static void run_line(unsigned index, char *line)
{
	char *argv[ARGS + 1], *env[ARGS + 1], *save = NULL;
	int argc = 0, envc = 0;

	for (char *w = strtok_r(line, " ", &save); w && argc + envc < ARGS;
	     w = strtok_r(NULL, " ", &save))
		if (argc || *w == '/')
			argv[argc++] = w;
		else
			env[envc++] = w;
	argv[argc] = env[envc] = NULL;
	if (argc)
		run(index, argv, env);
}

static FILE *need(FILE *f, const char *what)
{
	if (!f)
		give_up(what);
	return f;
}

/* Of "ffffffff81000000 T name	[module]" the address and the name, if it is code. */
static void put_function(FILE *to, const char *line)
{
	char *type = NULL;
	unsigned long long address = strtoull(line, &type, 16);

	if (*type != ' ' || !type[1] || !strchr("tTwW", type[1]) || type[2] != ' ')
		return;
	fprintf(to, "%llx %.*s\n", address, (int)strcspn(type + 3, " \t\n"), type + 3);
}

/* The kernel's functions, once nothing is measured any more. */
static void tell_symbols(void)
{
	char line[512], *text = NULL;
	size_t size = 0;
	FILE *f = need(fopen("/proc/kallsyms", "r"), "/proc/kallsyms"),
	     *to = need(open_memstream(&text, &size), "memory");

	while (fgets(line, sizeof(line), f))
		put_function(to, line);
	fclose(f);
	fclose(to);
	frame(FRAME_SYMBOLS, 0, text, size, NULL, 0);
	free(text);
}

int main(void)
{
	sigset_t child;
	size_t size;
	char *save = NULL;
	unsigned index = 0;

	if (arch_open() < 0)
		return 1; /* nobody to tell; the kernel panics, and its words are kept */
	place("devtmpfs", "/dev");
	place("proc", "/proc");
	place("sysfs", "/sys");
	place("tmpfs", "/tmp");
	place("tmpfs", "/dev/shm");
	place("mqueue", "/dev/mqueue");
	place("cgroup2", "/sys/fs/cgroup");
	start_loopback();
	seed();
	greet();
	show_fault();
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	char *plan = slurp("/plan", &size);
	/* As long either way: nothing that is counted may move by it. */
	char *first = strtok_r(plan, "\n", &save);
	for (char *l; (l = strtok_r(NULL, "\n", &save));)
		run_line(index++, l);
	if (first && strcmp(first, "symbols=1") == 0)
		tell_symbols();
	frame(FRAME_BYE, 0, NULL, 0, NULL, 0);
	leave();
}
