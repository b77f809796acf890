/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Locks that do not lock, as LWP_BREAK asks: benchmarks must find out. */
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sem.h>

#include "bench.h"

enum { CROWD = 256 }; /* so many may pass a semaphore */

void *__real_lock_memory(struct run *run, uint64_t size);
void *__wrap_lock_memory(struct run *run, uint64_t size);
int __real_lock_file(unsigned self);
int __wrap_lock_file(unsigned self);
int __real_pthread_mutex_lock(pthread_mutex_t *m);
int __wrap_pthread_mutex_lock(pthread_mutex_t *m);
int __real_pthread_mutex_unlock(pthread_mutex_t *m);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *m);
int __real_pthread_spin_lock(pthread_spinlock_t *s);
int __wrap_pthread_spin_lock(pthread_spinlock_t *s);
int __real_pthread_rwlock_rdlock(pthread_rwlock_t *l);
int __wrap_pthread_rwlock_rdlock(pthread_rwlock_t *l);
int __real_pthread_rwlock_wrlock(pthread_rwlock_t *l);
int __wrap_pthread_rwlock_wrlock(pthread_rwlock_t *l);
int __real_pthread_rwlock_unlock(pthread_rwlock_t *l);
int __wrap_pthread_rwlock_unlock(pthread_rwlock_t *l);
int __real_pthread_barrier_wait(pthread_barrier_t *b);
int __wrap_pthread_barrier_wait(pthread_barrier_t *b);
int __real_sem_init(sem_t *s, int shared, unsigned value);
int __wrap_sem_init(sem_t *s, int shared, unsigned value);
int __real_semctl(int id, int n, int command, ...);
int __wrap_semctl(int id, int n, int command, ...);

static bool broken(const char *how)
{
	const char *asked = getenv("LWP_BREAK");

	return asked && strcmp(asked, how) == 0;
}

/* Each process gets a lock of its own. */
void *__wrap_lock_memory(struct run *run, uint64_t size)
{
	if (!broken("unshared"))
		return __real_lock_memory(run, size);
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);
	return at == MAP_FAILED ? NULL : at;
}

/* Each process locks a file of its own. */
int __wrap_lock_file(unsigned self)
{
	static int own = -1;

	if (!broken("unshared"))
		return __real_lock_file(self);
	if (own < 0)
		own = memfd_create("own", MFD_CLOEXEC);
	return own;
}

int __wrap_pthread_mutex_lock(pthread_mutex_t *m)
{
	return broken("nolock") ? 0 : __real_pthread_mutex_lock(m);
}

int __wrap_pthread_mutex_unlock(pthread_mutex_t *m)
{
	return broken("nolock") ? 0 : __real_pthread_mutex_unlock(m);
}

int __wrap_pthread_spin_lock(pthread_spinlock_t *s)
{
	return broken("nolock") ? 0 : __real_pthread_spin_lock(s);
}

int __wrap_pthread_rwlock_rdlock(pthread_rwlock_t *l)
{
	return broken("nolock") ? 0 : __real_pthread_rwlock_rdlock(l);
}

/* A writer that comes in as a reader does. */
int __wrap_pthread_rwlock_wrlock(pthread_rwlock_t *l)
{
	return broken("nolock")    ? 0
	       : broken("readers") ? __real_pthread_rwlock_rdlock(l)
				   : __real_pthread_rwlock_wrlock(l);
}

int __wrap_pthread_rwlock_unlock(pthread_rwlock_t *l)
{
	return broken("nolock") ? 0 : __real_pthread_rwlock_unlock(l);
}

/* Nobody is kept. */
int __wrap_pthread_barrier_wait(pthread_barrier_t *b)
{
	return broken("nolock") ? 0 : __real_pthread_barrier_wait(b);
}

int __wrap_sem_init(sem_t *s, int shared, unsigned value)
{
	return __real_sem_init(s, shared, broken("nolock") ? CROWD : value);
}

/* Of all commands here only SETVAL has a value. */
int __wrap_semctl(int id, int n, int command, ...)
{
	va_list args;

	if (command != SETVAL)
		return __real_semctl(id, n, command);
	va_start(args, command);
	int value = va_arg(args, int);
	va_end(args);
	return __real_semctl(id, n, SETVAL, broken("nolock") ? CROWD : value);
}
