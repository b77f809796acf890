/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Work of many tasks that does not happen, as LWP_BREAK asks: benchmarks must find out.
 */
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "part_arch.h"
#include "part_life.h"
#include "part_round.h"

uint64_t __real_round_claim(void);
uint64_t __wrap_round_claim(void);
_Noreturn void __real_life_child(struct run *run);
_Noreturn void __wrap_life_child(struct run *run);
int __real_posix_spawn(pid_t *pid, const char *path,
		       const posix_spawn_file_actions_t *acts,
		       const posix_spawnattr_t *attr, char *const argv[],
		       char *const envp[]);
int __wrap_posix_spawn(pid_t *pid, const char *path,
		       const posix_spawn_file_actions_t *acts,
		       const posix_spawnattr_t *attr, char *const argv[],
		       char *const envp[]);
int __real_pthread_create(pthread_t *made, const pthread_attr_t *attr,
			  void *(*start)(void *), void *arg);
int __wrap_pthread_create(pthread_t *made, const pthread_attr_t *attr,
			  void *(*start)(void *), void *arg);
long __real_arch_call(long number, long a, long b, long c, long d);
long __wrap_arch_call(long number, long a, long b, long c, long d);
long __real_arch_call6(long number, long a, long b, long c, long d, long e, long f);
long __wrap_arch_call6(long number, long a, long b, long c, long d, long e, long f);

static bool broken(const char *how)
{
	const char *asked = getenv("LWP_BREAK");

	return asked && strcmp(asked, how) == 0;
}

/* Operations that nobody does. */
uint64_t __wrap_round_claim(void)
{
	return __real_round_claim() / (broken("lost") ? 2 : 1);
}

/* Children that do not come as far as they should. */
_Noreturn void __wrap_life_child(struct run *run)
{
	if (broken("killed"))
		kill(getpid(), SIGKILL);
	if (broken("idle"))
		_exit(0);
	__real_life_child(run);
}

int __wrap_posix_spawn(pid_t *pid, const char *path,
		       const posix_spawn_file_actions_t *acts,
		       const posix_spawnattr_t *attr, char *const argv[],
		       char *const envp[])
{
	return __real_posix_spawn(pid, broken("idle") ? "/bin/true" : path, acts, attr,
				  argv, envp);
}

static void *idle(void *arg)
{
	(void)arg;
	return NULL;
}

/* Peers have attributes. */
int __wrap_pthread_create(pthread_t *made, const pthread_attr_t *attr,
			  void *(*start)(void *), void *arg)
{
	return __real_pthread_create(made, attr, broken("idle") && !attr ? idle : start,
				     arg);
}

/* Memory that stays what it is, a CPU that nobody gives up, a folder that nobody leaves.
 */
long __wrap_arch_call(long number, long a, long b, long c, long d)
{
	bool lets_go = (number == SYS_madvise && c == MADV_DONTNEED) ||
		       number == SYS_munmap || number == SYS_sched_yield ||
		       number == SYS_chdir;

	return lets_go && broken("kept") ? 0 : __real_arch_call(number, a, b, c, d);
}

long __wrap_arch_call6(long number, long a, long b, long c, long d, long e, long f)
{
	static long kept;

	if (number != SYS_mmap || !broken("kept") || !kept)
		kept = __real_arch_call6(number, a, b, c, d, e, f);
	return kept;
}
