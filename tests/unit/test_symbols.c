/* SPDX-License-Identifier: GPL-3.0-or-later */
/* symbols.c and profile.c: names of code, and what is no file of the plugin's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest/profile.h"
#include "profile.h"
#include "symbols.h"

static void expect_name(const struct symbols *s, uint64_t address, const char *want)
{
	char *name = symbols_name(s, address);

	if (want)
		assert_string_equal(name, want);
	else
		assert_null(name);
	free(name);
}

static void test_kernel(void **state)
{
	struct symbols s;

	(void)state;
	symbols_of_kernel("ffffffff81000200 copy_page.isra.0\nnonsense\n"
			  "ffffffff81000100 __do_sys_fork\nffffffff81000100 _fork\n",
			  &s);
	assert_int_equal(s.n, 3);
	expect_name(&s, 0xffffffff810000ff, NULL);
	expect_name(&s, 0xffffffff810001ff, "_fork");
	expect_name(&s, 0xffffffff81000200, "copy_page");
	symbols_free(&s);
}

static void test_program(void **state)
{
	struct symbols s;

	(void)state;
	assert_int_equal(symbols_of_program("/dev/null", &s), -ENOEXEC);
	assert_int_equal(symbols_of_program("/proc/self/exe", &s), 0);
	size_t i = 0;
	while (i < s.n && strcmp(s.v[i].name, "main") != 0)
		i++;
	assert_true(i < s.n);
	expect_name(&s, s.v[i].address + 1, "main");
	/* The bytes at its address are its own, and no others. */
	assert_false(symbols_have(&s, s.v[i].address, UINT64_C(0x1122334455667788)));
	symbols_free(&s);
}

static void put(int fd, uint32_t kind, uint32_t n, uint64_t a, uint64_t b)
{
	const struct profile_entry e = {kind, n, a, b};

	assert_int_equal(write(fd, &e, sizeof(e)), sizeof(e));
}

static void test_profile(void **state)
{
	char path[] = "/tmp/test_symbols.XXXXXX";
	int fd = mkstemp(path);
	struct profile p;

	(void)state;
	put(fd, PROFILE_JOB, 0, 0, 0);
	put(fd, PROFILE_BLOCK, 0, 0x401000, 0x90);
	put(fd, PROFILE_SAMPLE, 0, 1, 0);
	put(fd, PROFILE_COUNT, 0, 7, 0);
	put(fd, PROFILE_SAMPLE, 0, 7, 5);
	assert_int_equal(profile_read(path, &p), -EPROTO);
	put(fd, PROFILE_END, 0, 0, 0);
	assert_int_equal(profile_read(path, &p), 0);
	const struct profile_sample *s = profile_last(&p, 0, 1);
	assert_int_equal(s->user, 7);
	assert_int_equal(s->kernel, 5);
	assert_int_equal(s->n, 1);
	assert_int_equal(p.parts[s->first].count, 7);
	assert_null(profile_last(&p, 0, 3));
	assert_null(profile_last(&p, 1, 1));
	profile_free(&p);
	close(fd);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kernel),
		cmocka_unit_test(test_program),
		cmocka_unit_test(test_profile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
