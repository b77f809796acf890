/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole files and folders: written whole or not at all, read to the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util.h"

static char *folder;

static int make_folder(void **state)
{
	(void)state;
	folder = xstrdup("/tmp/lwpbench-test-util-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char *command = xformat("rm -rf %s", folder);
	int err = system(command);

	(void)state;
	free(command);
	free(folder);
	return err;
}

static void test_write_and_read(void **state)
{
	static const char text[] = "one\ntwo\n\0three";
	char *path = xformat("%s/file", folder), *back, *line;
	size_t size;

	(void)state;
	assert_int_equal(write_file(path, text, sizeof(text)), 0);
	assert_int_equal(read_file(path, &back, &size), 0);
	assert_int_equal(size, sizeof(text));
	assert_memory_equal(back, text, size);
	free(back);
	line = read_line(path);
	assert_string_equal(line, "one");
	free(line);
	/* Larger than any first guess, and of a file whose size the kernel does not tell.
	 */
	assert_int_equal(read_file("/proc/self/smaps", &back, &size), 0);
	assert_true(size > 4096);
	free(back);
	free(path);
}

static void test_failed_write_keeps_the_old(void **state)
{
	char *path = xformat("%s/kept", folder), *back;
	struct stat st;

	(void)state;
	assert_int_equal(write_file(path, "old", 3), 0);
	/* The temporary name is taken by a folder: the new text cannot be written. */
	char *temp = xformat("%s.%d.tmp", path, (int)getpid());
	assert_int_equal(mkdir(temp, 0700), 0);
	assert_true(write_file(path, "new", 3) < 0);
	assert_int_equal(read_file(path, &back, NULL), 0);
	assert_string_equal(back, "old");
	assert_int_equal(stat(temp, &st), 0);
	rmdir(temp);
	free(back);
	free(temp);
	free(path);
}

static void test_errors(void **state)
{
	char *text;

	(void)state;
	assert_int_equal(read_file("/no/such/file", &text, NULL), -ENOENT);
	assert_int_equal(read_file("/", &text, NULL), -EISDIR);
	/* One that takes no room on the disk. */
	char *huge = xformat("%s/huge", folder);
	assert_int_equal(write_file(huge, "x", 1), 0);
	assert_int_equal(truncate(huge, READ_MOST + 1L), 0);
	assert_int_equal(read_file(huge, &text, NULL), -EFBIG);
	assert_int_equal(unlink(huge), 0);
	free(huge);
	assert_null(read_line("/no/such/file"));
	assert_int_equal(errno, ENOENT);
	assert_int_equal(write_file("/no/such/folder/file", "x", 1), -ENOENT);
}

static void test_make_dirs(void **state)
{
	char *deep = xformat("%s/a/b/c", folder), *file = xformat("%s/plain", folder);
	char *below = xformat("%s/plain/x", folder);
	struct stat st;

	(void)state;
	assert_int_equal(make_dirs(deep), 0);
	assert_int_equal(stat(deep, &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(make_dirs(deep), 0);
	assert_int_equal(write_file(file, "", 0), 0);
	assert_int_equal(make_dirs(file), -ENOTDIR);
	assert_true(make_dirs(below) < 0);
	free(deep);
	free(file);
	free(below);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write_and_read),
		cmocka_unit_test(test_failed_write_keeps_the_old),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_make_dirs),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
