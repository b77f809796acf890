/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What counts and what is counted, by their hashes and versions. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "exact.h"
#include "launch.h"
#include "util.h"

/* SHA-256, as hex. */
enum { HASH = 64 };

/* What a program prints, or NULL with one line in *error: of one that is not there, where
 * it comes from. */
static char *output(char *const *argv, const char *from, char **error)
{
	const int fd = memfd_create("output", MFD_CLOEXEC);
	const struct launch what = {
		.argv = argv, .job_fd = -1, .out_fd = fd, .limit_s = 60, .signal_fd = -1};
	struct outcome end = {0};
	char *text = NULL, *path = xformat("/proc/self/fd/%d", fd);
	int err = fd < 0 ? -errno : launch(&what, &end);

	if (!err && end.error)
		err = -end.error;
	if (err)
		*error = xformat("cannot run %s: %s; %s", argv[0], strerror(-err), from);
	else if (end.status != 0 || read_file(path, &text, NULL) < 0) {
		char *words = launch_words(fd);

		*error = xformat("%s has failed%s", argv[0], words);
		free(words);
	}
	if (fd >= 0)
		close(fd);
	free(path);
	return text;
}

static int add_version(const struct exact *e, struct record *r, char **error)
{
	char *argv[] = {(char *)e->guest.qemu, (char *)"--version", NULL};
	char *said = output(argv, "scripts/exact gets it, or name one by --qemu", error);

	if (!said)
		return -EINVAL;
	said[strcspn(said, "\n")] = 0;
	facts_add(&r->host, "qemu.version", said, NULL);
	free(said);
	return 0;
}

/* A file's hash as a fact of that name, unless it is there. */
static int add_hash(const char *path, const char *name, struct record *r, char **error)
{
	char *argv[] = {(char *)"sha256sum", (char *)"--", (char *)path, NULL};

	if (facts_find(&r->host, name))
		return 0;
	char *said = output(argv, "it comes with coreutils", error);
	if (!said)
		return -EINVAL;
	/* A name with odd characters is told by a backslash before all. */
	char *hash = said + (*said == '\\');
	if (strcspn(hash, " ") == HASH) {
		hash[HASH] = 0;
		facts_add(&r->host, name, hash, NULL);
	} else {
		*error = xformat("sha256sum %s: no hash came out", path);
	}
	free(said);
	return *error ? -EINVAL : 0;
}

int exact_identify(const struct exact *e, struct record *r, char **error)
{
	char *samples = xformat("%u", e->samples);
	int err = add_version(e, r, error);

	if (!err)
		err = add_hash(e->guest.kernel, "kernel.sha256", r, error);
	for (size_t i = 0; i < r->ncases && !err; i++) {
		char *path = xformat("%s/%s", e->benches, r->cases[i].bench),
		     *name = xformat("program.%s", r->cases[i].bench);

		err = add_hash(path, name, r, error);
		free(name);
		free(path);
	}
	facts_add(&r->host, "exact.samples", samples, NULL);
	facts_add(&r->host, "kernel.append", e->guest.append ? e->guest.append : "",
		  NULL);
	free(samples);
	return err;
}

char *exact_program(const struct record *r, const struct kase *k)
{
	char *name = xformat("program.%s", k->bench);
	const struct fact *f = facts_find(&r->host, name);

	free(name);
	return f && f->value ? xstrdup(f->value) : NULL;
}
