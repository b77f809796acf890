/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files and the file system, tried: descriptors, offsets, locks; directories and umask.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probe.h"

enum { OFFSET = 7, MASK = 022, OTHER_MASK = 077 };

static const char null_device[] = "/dev/null";
static const char elsewhere[] = "/proc";

static int fd;
static struct stat root;

/* ---- descriptors */

static int open_null(struct trial *t)
{
	fd = open(null_device, O_RDWR);
	return fd < 0 ? trial_cannot(t, null_device) : 0;
}

static int close_it(struct trial *t)
{
	return close(fd) < 0 ? trial_cannot(t, "close") : 0;
}

static void write_closed(struct trial *t)
{
	ssize_t wrote = write(fd, "c", 1);

	trial_say(t, wrote < 0,
		  "the task closed descriptor %d, then the creator's write said: %s", fd,
		  wrote < 0 ? strerror(errno) : "1 byte written");
}

static int open_one_more(struct trial *t)
{
	if (open_null(t) < 0)
		return -1;
	t->stage->seen[0] = fd;
	return 0;
}

static void write_opened(struct trial *t)
{
	int theirs = (int)t->stage->seen[0];
	ssize_t wrote = write(theirs, "o", 1);

	trial_say(t, wrote == 1,
		  "the task opened descriptor %d, then the creator's write said: %s",
		  theirs, wrote < 0 ? strerror(errno) : "1 byte written");
}

static int open_memory(struct trial *t)
{
	fd = memfd_create("probe", 0);
	return fd < 0 ? trial_cannot(t, "memfd_create") : 0;
}

static int seek(struct trial *t)
{
	return lseek(fd, OFFSET, SEEK_SET) < 0 ? trial_cannot(t, "lseek") : 0;
}

static void look_at_offset(struct trial *t)
{
	long at = lseek(fd, 0, SEEK_CUR);

	trial_say(t, at == OFFSET,
		  "the creator's offset, 0 before, was %ld after the task's lseek to %d",
		  at, OFFSET);
}

static int lock(void)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_SETLK, &whole);
}

static int lock_memory(struct trial *t)
{
	if (open_memory(t) < 0)
		return -1;
	return lock() < 0 ? trial_cannot(t, "fcntl(F_SETLK)") : 0;
}

static int lock_again(struct trial *t)
{
	t->stage->seen[0] = lock() < 0 ? errno : 0;
	return 0;
}

static void look_at_lock(struct trial *t)
{
	int err = (int)t->stage->seen[0];

	if (err == 0 || err == EAGAIN || err == EACCES)
		trial_say(t, err == 0,
			  "the creator has the file locked, and locking it said to the "
			  "task: %s",
			  err ? strerror(err) : "locked");
	else
		errno = err, trial_cannot(t, "fcntl(F_SETLK) in the task");
}

/* ---- the file system */

static int go_to_root(struct trial *t)
{
	return chdir("/") < 0 ? trial_cannot(t, "chdir") : 0;
}

static int change_folder(struct trial *t)
{
	return chdir(elsewhere) < 0 ? trial_cannot(t, "chdir") : 0;
}

static void look_at_folder(struct trial *t)
{
	char path[PATH_MAX] = "";

	if (syscall(SYS_getcwd, path, sizeof(path)) < 0)
		trial_cannot(t, "getcwd");
	else
		trial_say(t, strcmp(path, elsewhere) == 0,
			  "the creator, in / before, was in %s after the task went to %s",
			  path, elsewhere);
}

static int set_mask(struct trial *t)
{
	(void)t;
	umask(MASK);
	return 0;
}

static int set_other_mask(struct trial *t)
{
	(void)t;
	umask(OTHER_MASK);
	return 0;
}

static void look_at_mask(struct trial *t)
{
	mode_t mask = umask(MASK);

	trial_say(t, mask == OTHER_MASK,
		  "the creator's umask, %03o before, was %03o after the task set %03o",
		  MASK, mask, OTHER_MASK);
}

static int note_root(struct trial *t)
{
	if (trial_administer(t) < 0)
		return -1;
	return stat("/", &root) < 0 ? trial_cannot(t, "stat of /") : 0;
}

static int change_root(struct trial *t)
{
	return chroot(elsewhere) < 0 ? trial_cannot(t, "chroot") : 0;
}

static void look_at_root(struct trial *t)
{
	struct stat now;

	if (stat("/", &now) < 0) {
		trial_cannot(t, "stat of /");
		return;
	}
	bool moved = now.st_dev != root.st_dev || now.st_ino != root.st_ino;
	trial_say(t, moved, "the creator's / was %s after the task's chroot to %s",
		  moved ? "another folder" : "the same folder", elsewhere);
}

const struct probe file_probes[] = {
	{
		.id = "close",
		.text = "the task's close() closes the creator's descriptor",
		.prepare = open_null,
		.act = close_it,
		.look = write_closed,
	},
	{
		.id = "open",
		.text = "the creator can use a descriptor the task opens",
		.act = open_one_more,
		.look = write_opened,
	},
	{
		.id = "offset",
		.text = "the task's lseek() moves the creator's offset",
		.note = "The offset belongs to the open file, not to the descriptor: a "
			"copied table of descriptors still leads to the same open files.",
		.prepare = open_memory,
		.act = seek,
		.look = look_at_offset,
	},
	{
		.id = "lock",
		.text = "the creator's fcntl() lock counts as the task's",
		.note = "Locks by fcntl() belong to the table of descriptors: they do "
			"not keep out who shares it.",
		.prepare = lock_memory,
		.act = lock_again,
		.look = look_at_lock,
	},
	{0},
};

const struct probe fs_probes[] = {
	{
		.id = "chdir",
		.text = "the task's chdir() moves the creator",
		.prepare = go_to_root,
		.act = change_folder,
		.look = look_at_folder,
	},
	{
		.id = "umask",
		.text = "the task's umask() sets the creator's",
		.prepare = set_mask,
		.act = set_other_mask,
		.look = look_at_mask,
	},
	{
		.id = "chroot",
		.text = "the task's chroot() moves the creator's root",
		.prepare = note_root,
		.act = change_root,
		.look = look_at_root,
	},
	{0},
};
