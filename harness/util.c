/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages, memory, text and whole files. */
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <time.h>
#include <unistd.h>

#include "plain.h"

static void message(const char *fmt, va_list ap)
{
	int err = errno;
	size_t len = strlen(fmt);
	char *text = xvformat(fmt, ap), *line = plain_message(text);

	fflush(stdout);
	if (len && fmt[len - 1] == ':')
		fprintf(stderr, "lwpbench: %s %s\n", line, strerror(err));
	else
		fprintf(stderr, "lwpbench: %s\n", line);
	free(line);
	free(text);
}

void warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message(fmt, ap);
	va_end(ap);
}

void fatal(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message(fmt, ap);
	va_end(ap);
	exit(EXIT_USAGE);
}

static void *checked(void *p)
{
	if (!p) {
		static const char text[] = "lwpbench: out of memory\n";

		/* Nothing can be done about a failing write here. */
		if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
			_exit(EXIT_UNMEASURED);
		_exit(EXIT_UNMEASURED);
	}
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	return checked(calloc(n ? n : 1, size ? size : 1));
}

void *xrealloc(void *p, size_t n, size_t size)
{
	size_t bytes; /* reallocarray is to glibc's headers what alone frees its memory */

	if (__builtin_mul_overflow(n ? n : 1, size ? size : 1, &bytes))
		return checked(NULL);
	return checked(realloc(p, bytes));
}

char *xstrdup(const char *s)
{
	return checked(strdup(s));
}

char *xstrndup(const char *s, size_t n)
{
	return checked(strndup(s, n));
}

char *xvformat(const char *fmt, va_list ap)
{
	char *text = NULL;

	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	return checked(text);
}

FILE *xmemstream(char **text, size_t *size)
{
	return checked(open_memstream(text, size));
}

char *xformat(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *text = xvformat(fmt, ap);
	va_end(ap);
	return text;
}

/* Whoever is to be at a named pipe's other end gets a moment to come: to wait for ever is
 * right only once somebody is there. */
static bool wait_a_moment(int *tries)
{
	enum { TRIES = 20 };
	const struct timespec pause = {.tv_nsec = 50000000};

	return (*tries)++ < TRIES && nanosleep(&pause, NULL) == 0;
}

static bool make_blocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) == 0;
}

/* Whether to try again after a read that gave `got`, the first one if there is nothing
 * yet. */
static bool read_again(int fd, ssize_t got, bool first, int *tries)
{
	if (got < 0)
		return errno == EINTR || (errno == EAGAIN && make_blocking(fd));
	int flags = got || !first ? 0 : fcntl(fd, F_GETFL);

	return flags > 0 && flags & O_NONBLOCK && wait_a_moment(tries);
}

/* Reads on until there is no more: files of /proc say size 0, and others never end. */
static int read_all(int fd, char **buf, size_t *len)
{
	size_t room = 4096;
	struct stat st;
	int tries = 0;

	*buf = NULL;
	if (fstat(fd, &st) == 0 && st.st_size > READ_MOST)
		return -EFBIG;
	*buf = xcalloc(room + 1, 1);
	for (*len = 0;;) {
		ssize_t got = read(fd, *buf + *len, room - *len);

		if (read_again(fd, got, *len == 0, &tries))
			continue;
		if (got <= 0)
			return got < 0 ? -errno : 0;
		*len += (size_t)got;
		if (*len > READ_MOST)
			return -EFBIG;
		if (*len == room) {
			room *= 2;
			*buf = xrealloc(*buf, room + 1, 1);
		}
	}
}

int read_open(int fd, char **text, size_t *size)
{
	size_t len;
	char *buf;
	int err = read_all(fd, &buf, &len);

	if (err) {
		free(buf);
		return err;
	}
	buf[len] = 0;
	*text = buf;
	if (size)
		*size = len;
	return 0;
}

/* Whether a path is a pipe that has a name of its own, other than one of a shell. */
static bool is_named_pipe(const char *path)
{
	struct statfs fs;
	struct stat st;

	return stat(path, &st) == 0 && S_ISFIFO(st.st_mode) && statfs(path, &fs) == 0 &&
	       fs.f_type != PIPEFS_MAGIC;
}

int read_file(const char *path, char **text, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY |
				    (is_named_pipe(path) ? O_NONBLOCK : 0));

	if (fd < 0)
		return -errno;
	int err = read_open(fd, text, size);
	close(fd);
	return err;
}

char *read_line(const char *path)
{
	char *text = NULL;
	int err = read_file(path, &text, NULL);

	if (!text) {
		errno = -err;
		return NULL;
	}
	text[strcspn(text, "\n")] = 0;
	return text;
}

static int write_all(int fd, const char *text, size_t size)
{
	while (size > 0) {
		ssize_t put = write(fd, text, size);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -errno;
		text += put;
		size -= (size_t)put;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

/* A file without a name, gone with who is killed as it writes it, gets one when it is
 * whole; -EOPNOTSUPP where there is no such thing. */
static int write_nameless(int dir, const char *temp, const char *text, size_t size)
{
	char *copy = xstrdup(temp);
	int fd = openat(dir, dirname(copy), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666);

	free(copy);
	if (fd < 0)
		return -EOPNOTSUPP;
	char *self = xformat("/proc/self/fd/%d", fd);
	int err = write_all(fd, text, size);
	if (!err && linkat(AT_FDCWD, self, dir, temp, AT_SYMLINK_FOLLOW) < 0)
		err = -EOPNOTSUPP;
	free(self);
	if (close(fd) < 0 && !err)
		err = -errno;
	return err;
}

static int write_named(int dir, const char *temp, const char *text, size_t size)
{
	int fd = openat(dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
			0666);
	int err = fd < 0 ? -errno : write_all(fd, text, size);

	if (fd >= 0 && close(fd) < 0 && !err)
		err = -errno;
	if (err && fd >= 0)
		unlinkat(dir, temp, 0);
	return err;
}

int write_at(int dir, const char *path, const char *text, size_t size)
{
	char *temp = xformat("%s.%d.tmp", path, (int)getpid());

	/* Whatever has that name already is nobody's, and never what we write into. */
	unlinkat(dir, temp, 0);
	int err = write_nameless(dir, temp, text, size);
	if (err == -EOPNOTSUPP)
		err = write_named(dir, temp, text, size);
	if (!err && renameat(dir, temp, dir, path) < 0) {
		err = -errno;
		unlinkat(dir, temp, 0);
	}
	free(temp);
	return err;
}

int write_file(const char *path, const char *text, size_t size)
{
	return write_at(AT_FDCWD, path, text, size);
}

bool path_is_stream(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return false;
	return !S_ISREG(st.st_mode) || strncmp(path, "/dev/", strlen("/dev/")) == 0 ||
	       strncmp(path, "/proc/", strlen("/proc/")) == 0;
}

/* A file must not take the place of such a path; what it has already stays. */
static int write_through(const char *path, const char *text, size_t size)
{
	int fd, tries = 0;

	do
		fd = open(path, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	while (fd < 0 && errno == ENXIO && wait_a_moment(&tries));
	FILE *f = fd >= 0 && make_blocking(fd) ? fdopen(fd, "ae") : NULL;

	if (!f) {
		int err = -errno;

		if (fd >= 0)
			close(fd);
		return err;
	}
	int err = fwrite(text, 1, size, f) == size ? 0 : -errno;
	if (fclose(f) != 0 && !err)
		err = -errno;
	return err;
}

int put_file(const char *path, const char *text, size_t size)
{
	return path_is_stream(path) ? write_through(path, text, size)
				    : write_file(path, text, size);
}

int make_dirs(const char *path)
{
	char *copy = xstrdup(path);
	int err = 0;

	for (char *p = copy + 1; *copy && !err; p++) {
		char was = *p;

		if (was != '/' && was != 0)
			continue;
		*p = 0;
		if (mkdir(copy, 0777) < 0 && errno != EEXIST)
			err = -errno;
		*p = was;
		if (was == 0)
			break;
	}
	struct stat st;
	if (!err && (stat(path, &st) < 0 || !S_ISDIR(st.st_mode)))
		err = -ENOTDIR;
	free(copy);
	return err;
}

char *find_own(const char *name)
{
	/* The build tree first, then what `make install` lays out. */
	static const char *const places[] = {"", "/../libexec/lwpbench",
					     "/../share/lwpbench"};
	char exe[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (len < 0)
		return NULL;
	exe[len] = 0;
	const char *dir = dirname(exe);
	for (size_t i = 0; i < countof(places); i++) {
		char *path = xformat("%s%s/%s", dir, places[i], name);

		if (access(path, F_OK) == 0)
			return path;
		free(path);
	}
	return NULL;
}

double clock_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

bool use_colour(FILE *f)
{
	const char *no = getenv("NO_COLOR");

	return isatty(fileno(f)) && !(no && *no);
}

size_t terminal_columns(FILE *f)
{
	enum { DEFAULT = 80 };
	struct winsize w;

	if (!isatty(fileno(f)))
		return 0;
	return ioctl(fileno(f), TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col : DEFAULT;
}
