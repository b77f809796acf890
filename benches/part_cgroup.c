/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cgroup of our own below the one we are in, for CLONE_INTO_CGROUP. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "part_cgroup.h"
#include "part_text.h"

enum { FILE_SIZE = 1 << 20 };

static char dir[sizeof(((struct job_leftover *)0)->path)];
static int kept = -1; /* its slot among the leftovers */

/* Appends the word at `s`, up to a space or a line's end; NULL if it does not fit. */
static char *put_word(char *at, const char *s)
{
	size_t len = strcspn(s, " \n");

	if (len >= sizeof(dir) - (size_t)(at - dir))
		return NULL;
	memcpy(at, s, len);
	at[len] = 0;
	return at + len;
}

/* The mount point stands in the fifth word of its line, before " - cgroup2". */
static char *put_mount(char *at, char *mounts)
{
	char *type = strstr(mounts, " - cgroup2 ");

	if (!type)
		return NULL;
	*type = 0;
	char *line = strrchr(mounts, '\n');
	char *word = line ? line + 1 : mounts;
	for (int i = 0; i < 4 && word; i++) {
		word = strchr(word, ' ');
		word = word ? word + 1 : NULL;
	}
	return word ? put_word(at, word) : NULL;
}

/* Our own cgroup is the line "0::/...". */
static char *put_own(char *at, char *cgroups)
{
	char *line = strncmp(cgroups, "0::", 3) == 0 ? cgroups : strstr(cgroups, "\n0::");

	return line ? put_word(at, strchr(line, '/')) : NULL;
}

static int name_dir(char *buf)
{
	char *end = NULL;

	if (text_read("/proc/self/mountinfo", buf, FILE_SIZE) == 0)
		end = put_mount(dir, buf);
	if (end && text_read("/proc/self/cgroup", buf, FILE_SIZE) == 0)
		end = put_own(end, buf);
	if (!end)
		return -ENOENT;
	if (sizeof(dir) - (size_t)(end - dir) < sizeof("/lwpbench-18446744073709551615"))
		return -ENAMETOOLONG;
	end = text_put(end, "/lwpbench-");
	text_put_uint(end, (uint64_t)getpid());
	return 0;
}

int cgroup_make(struct run *run, int *fd)
{
	char *buf = mmap(NULL, FILE_SIZE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (buf == MAP_FAILED)
		return bench_fail(run, "mmap", errno);
	int err = name_dir(buf);

	munmap(buf, FILE_SIZE);
	if (err)
		return bench_skip(run, "INTO_CGROUP: our own cgroup of version 2", -err);
	kept = bench_keep(run, JOB_DIR, 0, dir);
	if (kept < 0)
		return bench_fail(run, "INTO_CGROUP: bench_keep", -kept);
	if (mkdir(dir, 0700) < 0) {
		err = errno;
		bench_forget(run, kept);
		kept = -1;
		return bench_skip(run, "INTO_CGROUP: a cgroup below our own", err);
	}
	*fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *fd < 0 ? bench_fail(run, "INTO_CGROUP: open", errno) : 0;
}

void cgroup_remove(struct run *run)
{
	if (kept >= 0 && rmdir(dir) == 0)
		bench_forget(run, kept);
}
