/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a command for which system calls fail, as in a container: forbid CALL=ERROR...
 * COMMAND...
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

struct name {
	const char *name;
	long value;
};

static const struct name calls[] = {
	{"clone3", SYS_clone3},
	{"memfd_create", SYS_memfd_create},
	{"perf_event_open", SYS_perf_event_open},
	{"pidfd_open", SYS_pidfd_open},
	{"process_vm_readv", SYS_process_vm_readv},
	{"process_vm_writev", SYS_process_vm_writev},
	{"sched_setaffinity", SYS_sched_setaffinity},
	{"unshare", SYS_unshare},
	{0},
};

static const struct name errors[] = {
	{"EACCES", EACCES}, {"ENOSYS", ENOSYS}, {"EPERM", EPERM}, {0}};

enum { FORBIDDEN = 16, STATEMENTS = 2 + 2 * FORBIDDEN };

static long find(const struct name *table, const char *name, size_t len)
{
	for (; table->name; table++)
		if (strlen(table->name) == len && memcmp(table->name, name, len) == 0)
			return table->value;
	return -1;
}

/* Two statements for CALL=ERROR; 0 if there is no such call or error. */
static int forbid(struct sock_filter *at, const char *what)
{
	size_t len = strcspn(what, "=");
	long call = find(calls, what, len);
	long err = find(errors, what + len + 1, strlen(what + len + 1));

	if (call < 0 || err < 0)
		return 0;
	at[0] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0,
					     1);
	at[1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
					     SECCOMP_RET_ERRNO | (uint32_t)err);
	return 2;
}

int main(int argc, char **argv)
{
	struct sock_filter code[STATEMENTS] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))};
	struct sock_fprog filter = {.len = 1, .filter = code};
	int arg = 1;

	for (; arg < argc && strchr(argv[arg], '='); arg++) {
		int n = filter.len < STATEMENTS - 2 ? forbid(code + filter.len, argv[arg])
						    : 0;

		if (!n) {
			fprintf(stderr, "forbid: %s: no CALL=ERROR known here\n",
				argv[arg]);
			return 2;
		}
		filter.len += (unsigned short)n;
	}
	code[filter.len++] =
		(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	if (arg == argc || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0) {
		fprintf(stderr, "forbid: %s\n",
			arg == argc ? "no command" : strerror(errno));
		return 2;
	}
	execvp(argv[arg], argv + arg);
	fprintf(stderr, "forbid: %s: %s\n", argv[arg], strerror(errno));
	return 2;
}
