/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages, memory, text and whole files. */
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void message(const char *fmt, va_list ap)
{
	int err = errno;
	size_t len = strlen(fmt);
	char *text = xvformat(fmt, ap);

	fflush(stdout);
	if (len && fmt[len - 1] == ':')
		fprintf(stderr, "lwpbench: %s %s\n", text, strerror(err));
	else
		fprintf(stderr, "lwpbench: %s\n", text);
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
	return checked(reallocarray(p, n ? n : 1, size ? size : 1));
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

/* Reads on until there is no more: files of /proc say size 0, and others never end. */
static int read_all(int fd, char **buf, size_t *len)
{
	size_t room = 4096;
	struct stat st;

	*buf = NULL;
	if (fstat(fd, &st) == 0 && st.st_size > READ_MOST)
		return -EFBIG;
	*buf = xcalloc(room + 1, 1);
	for (*len = 0;;) {
		ssize_t got = read(fd, *buf + *len, room - *len);

		if (got < 0 && errno == EINTR)
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

int read_file(const char *path, char **text, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len;
	char *buf;

	if (fd < 0)
		return -errno;
	int err = read_all(fd, &buf, &len);
	close(fd);
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

int write_file(const char *path, const char *text, size_t size)
{
	char *temp = xformat("%s.%d.tmp", path, (int)getpid());
	int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
	int err = fd < 0 ? -errno : write_all(fd, text, size);

	if (fd >= 0 && close(fd) < 0 && !err)
		err = -errno;
	if (!err && rename(temp, path) < 0)
		err = -errno;
	if (err && fd >= 0)
		unlink(temp);
	free(temp);
	return err;
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
	FILE *f = fopen(path, "ae");

	if (!f)
		return -errno;
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

/* After The Unicode Standard, section 3.9, table 3-7. */
size_t utf8_length(const char *text, size_t *bad)
{
	const unsigned char *s = (const unsigned char *)text;
	unsigned char low = 0x80, high = 0xbf;
	size_t more, i;

	if (s[0] < 0x80)
		return 1;
	more = s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : 1;
	*bad = 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	if (s[0] == 0xe0)
		low = 0xa0;
	else if (s[0] == 0xed)
		high = 0x9f;
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xf4)
		high = 0x8f;
	for (i = 1; i <= more; i++) {
		if (s[i] < low || s[i] > high)
			return 0;
		*bad = i + 1;
		low = 0x80;
		high = 0xbf;
	}
	return more + 1;
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
