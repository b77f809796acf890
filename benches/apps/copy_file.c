/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known bytes, so that the receiver can check them all; in the page cache, or surely not.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app.h"
#include "copy_file.h"

enum { CHUNK = 256 << 10, WORD = 8, PATH = 4096, TRIES = 5 };
enum { WARM, COLD };

const char *const copy_file_caches[] = {
	[WARM] = "warm",
	[COLD] = "cold",
	NULL,
};

/* An odd factor: no word comes twice, and none of a file is zero. */
static uint64_t word_at(uint64_t i)
{
	return (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

bool copy_file_holds(const void *data, size_t size, uint64_t at)
{
	const char *bytes = data;
	uint64_t i = at / WORD, word, wrong = 0;

	for (; size >= WORD; size -= WORD, bytes += WORD) {
		memcpy(&word, bytes, WORD);
		wrong |= word ^ word_at(i++);
	}
	word = word_at(i);
	return !wrong && memcmp(bytes, &word, size) == 0;
}

/* Writes the known bytes, and sees them to the disk: what is not there cannot be dropped
 * from the cache, and must not be written while a run is timed. */
static void generate(int fd)
{
	uint64_t size = app_value("size");
	uint64_t *words = app_alloc(CHUNK);

	for (uint64_t at = 0; at < size; at += CHUNK) {
		for (uint64_t i = 0; i < CHUNK / WORD; i++)
			words[i] = word_at(at / WORD + i);
		app_write(fd, words, size - at < CHUNK ? size - at : CHUNK);
	}
	free(words);
	if (fsync(fd) < 0)
		app_fail(errno, "fsync");
}

/* How many pages of the file are in the page cache. */
static size_t resident(int fd)
{
	size_t size = app_value("size"), page = (size_t)sysconf(_SC_PAGESIZE);
	size_t pages = (size + page - 1) / page, n = 0;
	unsigned char *in = app_alloc(pages);
	void *map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);

	if (map == MAP_FAILED)
		app_fail(errno, "mmap of the file");
	if (mincore(map, size, in) < 0)
		app_fail(errno, "mincore");
	munmap(map, size);
	for (size_t i = 0; i < pages; i++)
		n += in[i] & 1;
	free(in);
	return n;
}

static bool drop(int fd)
{
	/* Pages that somebody looks at in this very moment stay: again, then. */
	for (int i = 0; i < TRIES; i++) {
		int err = posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);

		if (err)
			app_fail(err, "posix_fadvise");
		if (resident(fd) == 0)
			return true;
		usleep(1000);
	}
	return false;
}

/* What sendfile and splice gave to a socket may be in use for long after it was received:
 * the kernel frees such buffers at leisure. A file that is made anew has other pages. */
static void cool(int fd)
{
	if (drop(fd))
		return;
	if (ftruncate(fd, 0) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		app_fail(errno, "ftruncate");
	generate(fd);
	if (!drop(fd))
		app_skip("cache=cold: the file system of the file keeps it in memory; "
			 "set LWPBENCH_APP_DIR or TMPDIR to a folder on a disk");
}

static void warm(int fd)
{
	char *buffer = app_alloc(CHUNK);

	while (app_read(fd, buffer, CHUNK) > 0)
		continue;
	free(buffer);
	if (lseek(fd, 0, SEEK_SET) < 0)
		app_fail(errno, "lseek");
}

static void bring_about(int fd)
{
	(app_value("cache") == COLD ? cool : warm)(fd);
}

/* NULL: a run is alone, and makes a file of its own. */
static const char *folder(void)
{
	const char *path = getenv("LWPBENCH_APP_DIR");

	return path && *path ? path : NULL;
}

static int open_prepared(int flags)
{
	char path[PATH];
	int fd;

	if (snprintf(path, PATH, "%s/copy-%ju", folder(), (uintmax_t)app_value("size")) >=
	    PATH)
		app_fail(ENAMETOOLONG, "%s", folder());
	fd = open(path, flags | O_CLOEXEC, 0600);
	if (fd < 0 && errno == ENOENT && !(flags & O_CREAT))
		app_fail(0, "%s: no such file; run with --prepare first", path);
	if (fd < 0)
		app_fail(errno, "%s", path);
	return fd;
}

static int open_nameless(void)
{
	const char *dir = getenv("TMPDIR");
	char path[PATH];
	int fd;

	if (!dir || !*dir)
		dir = "/var/tmp";
	if (snprintf(path, PATH, "%s/lwpbench-copy-XXXXXX", dir) >= PATH)
		app_fail(ENAMETOOLONG, "%s", dir);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		app_fail(errno, "a file in %s", dir);
	if (unlink(path) < 0)
		app_fail(errno, "%s", path);
	return fd;
}

void copy_file_prepare(void)
{
	int fd;

	if (!folder())
		return;
	fd = open_prepared(O_RDWR | O_CREAT | O_TRUNC);
	generate(fd);
	close(fd);
	copy_file_before();
}

void copy_file_before(void)
{
	int fd;

	if (!folder())
		return;
	fd = open_prepared(O_RDWR);
	bring_about(fd);
	close(fd);
}

int copy_file_open(void)
{
	int fd;

	if (folder()) {
		fd = open_prepared(O_RDONLY);
	} else {
		fd = open_nameless();
		generate(fd);
		bring_about(fd);
		if (lseek(fd, 0, SEEK_SET) < 0)
			app_fail(errno, "lseek");
	}
	/* The proof that a cold file is one: a few microseconds in every cold run. What
	 * is warm may be pressed out of the cache, and only makes the figure worse. */
	if (app_value("cache") == COLD && resident(fd) > 0)
		app_fail(0, "cache=cold: the file is in the page cache; run with "
			    "--before before each run");
	return fd;
}
