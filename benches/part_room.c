/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much of the machine a benchmark may take, and what sets that limit. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "part_room.h"
#include "part_text.h"

enum {
	SHARE = 3, /* of what is available we take one in so many */
	FILE_SIZE = 1 << 20,
	RESERVED_PIDS = 300, /* the kernel does not come back to those below */
	STACK_MAPS = 2,      /* a thread's stack and its guard */
	CAP_ADMIN = 21,      /* CAP_SYS_ADMIN and */
	CAP_RESOURCE = 24,   /* CAP_SYS_RESOURCE of linux/capability.h */
	MIB = 20,
};

/* ---- our own cgroups */

/* Copies the field at `s`, up to a space or a line's end; NULL if it does not fit. */
static char *put_word(char *at, const char *end, const char *s)
{
	size_t len = strcspn(s, " \n");

	if (len >= (size_t)(end - at))
		return NULL;
	memcpy(at, s, len);
	at[len] = 0;
	return at + len;
}

/* Whether the list of names, parted by commas, has that one before any of `ends`. */
static bool has_name(const char *list, const char *name, const char *ends)
{
	size_t len = strlen(name);

	for (;;) {
		size_t its = strcspn(list, ends);

		if (its == len && strncmp(list, name, len) == 0)
			return true;
		if (list[its] != ',')
			return false;
		list += its + 1;
	}
}

/* The next line, or NULL. */
static char *next_line(char *line)
{
	line = strchr(line, '\n');
	return line && line[1] ? line + 1 : NULL;
}

/* Our path in a hierarchy, from /proc/self/cgroup: "4:cpu,memory:/path", "0::/path". */
static const char *own_path(char *cgroups, const char *controller, bool *v2)
{
	const char *unified = NULL;

	for (char *line = cgroups; line; line = next_line(line)) {
		const char *names = strchr(line, ':');

		if (!names)
			continue;
		if (strncmp(line, "0::", 3) == 0)
			unified = names + 2;
		else if (controller && has_name(names + 1, controller, ",:\n"))
			return strchr(names + 1, ':') ? strchr(names + 1, ':') + 1 : NULL;
	}
	*v2 = true;
	return unified;
}

/* The field of a line of mountinfo, counted from 0. */
static const char *field(const char *line, int n)
{
	while (n-- && line) {
		line = strchr(line, ' ');
		line = line ? line + 1 : NULL;
	}
	return line;
}

/* Where a hierarchy is mounted, as lines of mountinfo tell: "... ROOT PLACE ... - cgroup
 * SOURCE OPTIONS", of version 1 the controllers among the options. */
static const char *find_mount(char *mounts, const char *controller, bool v2)
{
	for (char *line = mounts; line; line = next_line(line)) {
		const char *end = strchr(line, '\n'), *dash = strstr(line, " - cgroup");
		const char *type = dash && (!end || dash < end) ? dash + 3 : NULL;

		if (!type || v2 != (strncmp(type, "cgroup2 ", 8) == 0))
			continue;
		const char *options = field(type, 2);

		if (v2 || (options && has_name(options, controller, ",\n")))
			return line;
	}
	return NULL;
}

/* A container sees a part of the hierarchy: the mount's root is then not "/". */
static bool name_cgroup(struct room_cgroup *cgroup, const char *mount, const char *path)
{
	const char *root = field(mount, 3), *place = field(mount, 4);
	const char *end = cgroup->dir + sizeof(cgroup->dir);

	if (!place)
		return false;
	size_t len = strcspn(root, " ");
	char *at = put_word(cgroup->dir, end, place);

	if (!at)
		return false;
	cgroup->top = (uint64_t)(at - cgroup->dir);
	if (len == 1)
		len = 0; /* "/" */
	if (strncmp(path, root, len) != 0 || path[len] != '/' || path[len + 1] == '\n')
		return true;
	return put_word(at, end, path + len) != NULL;
}

static bool find_cgroup(char *cgroups, char *mounts, const char *controller,
			struct room_cgroup *cgroup)
{
	int err = text_read("/proc/self/cgroup", cgroups, FILE_SIZE);
	if (!err)
		err = text_read("/proc/self/mountinfo", mounts, FILE_SIZE);
	errno = err ? -err : ENOENT;
	if (err)
		return false;
	cgroup->v2 = false;
	const char *path = own_path(cgroups, controller, &cgroup->v2);
	const char *mount = path ? find_mount(mounts, controller, cgroup->v2) : NULL;

	return mount && name_cgroup(cgroup, mount, path);
}

bool room_cgroup(const char *controller, struct room_cgroup *cgroup)
{
	const size_t size = 2 * (size_t)FILE_SIZE;
	char *buf = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);

	if (buf == MAP_FAILED)
		return false;
	bool found = find_cgroup(buf, buf + FILE_SIZE, controller, cgroup);
	int err = errno;
	munmap(buf, size);
	errno = err;
	return found;
}

/* ---- limits */

/* "NAME=VALUE", if that is the least so far. */
static void limit_to(struct room *room, uint64_t n, const char *name, uint64_t value,
		     const char *unit)
{
	if (n >= room->n)
		return;
	room->n = n;
	char *end = text_put(text_put(room->limit, name), "=");
	text_put(text_put_uint(end, value), unit);
}

static uint64_t less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/* The number in a cgroup's file; UINT64_MAX if there is no such file, or no limit. */
static uint64_t cgroup_number(const char *dir, const char *name)
{
	char path[ROOM_PATH + 64], text[32];

	text_put(text_put(text_put(path, dir), "/"), name);
	if (text_read(path, text, sizeof(text)) < 0 || text[0] < '0' || text[0] > '9')
		return UINT64_MAX;
	return text_number(text);
}

/* Page cache that the kernel drops before anything else. */
static uint64_t cgroup_cache(const struct room_cgroup *cgroup)
{
	char path[ROOM_PATH + 64];

	text_put(text_put(path, cgroup->dir), "/memory.stat");
	return text_field(path, cgroup->v2 ? "inactive_file " : "total_inactive_file ");
}

/* One level up; false at the top. */
static bool go_up(struct room_cgroup *cgroup)
{
	char *slash = strrchr(cgroup->dir, '/');

	if (strlen(cgroup->dir) <= cgroup->top || !slash)
		return false;
	*slash = 0;
	return strlen(cgroup->dir) >= cgroup->top;
}

static void limit_bytes(struct room *room, const struct room_cgroup *cgroup,
			const char *limit, const char *usage)
{
	static const char third[] = "a third of ";
	char name[ROOM_TEXT];
	uint64_t max = cgroup_number(cgroup->dir, limit);
	uint64_t used = cgroup_number(cgroup->dir, usage);

	if (max == UINT64_MAX || used == UINT64_MAX)
		return;
	text_put(text_put(name, third), limit);
	limit_to(room, less(max, less(used, cgroup_cache(cgroup))) / SHARE, name,
		 max >> MIB, " MiB");
}

void room_memory(struct room *room)
{
	uint64_t kib = text_field("/proc/meminfo", "MemAvailable:");
	struct room_cgroup cgroup;

	room->n = UINT64_MAX;
	room->limit[0] = 0;
	if (kib)
		limit_to(room, kib * 1024 / SHARE, "a third of MemAvailable", kib >> 10,
			 " MiB");
	if (!room_cgroup("memory", &cgroup))
		return;
	do {
		if (cgroup.v2) {
			limit_bytes(room, &cgroup, "memory.max", "memory.current");
			limit_bytes(room, &cgroup, "memory.high", "memory.current");
		} else {
			limit_bytes(room, &cgroup, "memory.limit_in_bytes",
				    "memory.usage_in_bytes");
		}
	} while (go_up(&cgroup));
}

bool room_taken(const struct room *before)
{
	struct room now;

	room_memory(&now);
	return now.n < before->n / SHARE * (SHARE - 1);
}

/* Tasks of the whole system: behind the '/' of "0.20 0.18 0.12 1/80 11206". */
static uint64_t all_tasks(void)
{
	return text_field("/proc/loadavg", "/");
}

/* Threads of a process, if it is one of this user's. */
static uint64_t own_threads(const char *pid)
{
	char path[64];

	text_put(text_put(text_put(path, "/proc/"), pid), "/status");
	if (*pid < '0' || *pid > '9' || text_field(path, "Uid:") != getuid())
		return 0;
	return text_field(path, "Threads:");
}

/* All threads that this user has, as the kernel counts them against RLIMIT_NPROC. Not by
 * opendir(3), which allocates. */
static uint64_t user_tasks(void)
{
	struct entry { /* getdents64(2) */
		uint64_t inode, offset;
		uint16_t size;
		uint8_t type;
		char name[];
	};
	char buf[4096] __attribute__((aligned(8)));
	int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	uint64_t sum = 0;
	long len;

	if (fd < 0)
		return 0;
	while ((len = syscall(SYS_getdents64, fd, buf, sizeof(buf))) > 0)
		for (long at = 0; at < len;) {
			const struct entry *e = (const struct entry *)(buf + at);

			sum += own_threads(e->name);
			at += e->size;
		}
	close(fd);
	return sum;
}

/* As the kernel has it: the first root, and who has one of two capabilities outside of
 * all user namespaces. */
static bool is_above_nproc(void)
{
	char map[64];
	const char *status = "/proc/self/status";

	/* "0 0 4294967295": nobody's ids are mapped to others. */
	if (text_read("/proc/self/uid_map", map, sizeof(map)) < 0 ||
	    !strstr(map, "4294967295"))
		return false;
	char text[4096];
	const char *caps = text_read(status, text, sizeof(text)) < 0
				   ? NULL
				   : strstr(text, "CapEff:");
	uint64_t set = 0;

	for (caps = caps ? caps + 7 : ""; *caps && *caps != '\n'; caps++)
		if (*caps > ' ')
			set = set << 4 |
			      (uint64_t)(*caps <= '9' ? *caps - '0' : *caps - 'a' + 10);
	return getuid() == 0 || set & (1u << CAP_ADMIN | 1u << CAP_RESOURCE);
}

static void limit_by_user(struct room *room)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NPROC, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
	    !is_above_nproc())
		limit_to(room, less(limit.rlim_cur, user_tasks()), "RLIMIT_NPROC",
			 limit.rlim_cur, "");
}

static void limit_by_cgroups(struct room *room)
{
	struct room_cgroup cgroup;

	if (!room_cgroup("pids", &cgroup))
		return;
	do {
		uint64_t max = cgroup_number(cgroup.dir, "pids.max");
		uint64_t now = cgroup_number(cgroup.dir, "pids.current");

		if (max != UINT64_MAX && now != UINT64_MAX)
			limit_to(room, less(max, now), "pids.max", max, "");
	} while (go_up(&cgroup));
}

/* Mappings of this process, a line each. */
static uint64_t count_maps(void)
{
	char buf[4096];
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	uint64_t n = 0;
	ssize_t len;

	if (fd < 0)
		return 0;
	while ((len = read(fd, buf, sizeof(buf))) > 0)
		for (ssize_t i = 0; i < len; i++)
			n += buf[i] == '\n';
	close(fd);
	return n;
}

static void limit_by_maps(struct room *room)
{
	uint64_t max = text_field("/proc/sys/vm/max_map_count", "");

	if (max)
		limit_to(room, less(max, count_maps()) / STACK_MAPS, "vm.max_map_count",
			 max, "");
}

static void limit_by_system(struct room *room)
{
	uint64_t threads = text_field("/proc/sys/kernel/threads-max", "");
	uint64_t pids = text_field("/proc/sys/kernel/pid_max", "");

	if (threads)
		limit_to(room, less(threads, all_tasks()), "kernel.threads-max", threads,
			 "");
	if (pids)
		limit_to(room, less(pids, all_tasks() + RESERVED_PIDS), "kernel.pid_max",
			 pids, "");
}

void room_tasks(bool threads, struct room *room)
{
	room->n = UINT64_MAX;
	room->limit[0] = 0;
	limit_by_user(room);
	limit_by_cgroups(room);
	limit_by_system(room);
	if (threads)
		limit_by_maps(room);
}
