/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linked into the driver that counts its lines: gcc writes the counters at exit(3), this
 * also where a child leaves without it. */
#include <unistd.h>

// NOLINTBEGIN(bugprone-reserved-identifier) ; names of gcc and of the linker's --wrap
void __gcov_dump(void);
void __gcov_reset(void);
_Noreturn void __real__exit(int status);
int __real_execvpe(const char *file, char *const argv[], char *const envp[]);
_Noreturn void __wrap__exit(int status);
int __wrap_execvpe(const char *file, char *const argv[], char *const envp[]);

_Noreturn void __wrap__exit(int status)
{
	__gcov_dump();
	__real__exit(status);
}

int __wrap_execvpe(const char *file, char *const argv[], char *const envp[])
{
	__gcov_dump();
	__gcov_reset();
	return __real_execvpe(file, argv, envp);
}
// NOLINTEND(bugprone-reserved-identifier)
