/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Suites: lists multiply out, settings are read, mistakes are told with line and column.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"
#include "util.h"

static void test_lists_multiply(void **state)
{
	static const char text[] = "# a comment\n"
				   "\n"
				   "fork pages=0,4K fds=1,2,3   # and one behind\n"
				   "null\n";
	struct suite s;
	char *error = NULL;

	(void)state;
	assert_int_equal(suite_parse(text, "s", &s, &error), 0);
	assert_int_equal(s.n, 7);
	assert_string_equal(s.v[0].bench, "fork");
	assert_int_equal(s.v[0].nparams, 2);
	assert_int_equal(s.v[0].line, 3);
	/* The last list turns fastest. */
	static const char *const want[][2] = {
		{"pages=0", "fds=1"},  {"pages=0", "fds=2"},  {"pages=0", "fds=3"},
		{"pages=4K", "fds=1"}, {"pages=4K", "fds=2"}, {"pages=4K", "fds=3"}};
	for (size_t i = 0; i < countof(want); i++) {
		assert_string_equal(s.v[i].params[0], want[i][0]);
		assert_string_equal(s.v[i].params[1], want[i][1]);
	}
	assert_string_equal(s.v[6].bench, "null");
	assert_int_equal(s.v[6].nparams, 0);
	assert_true(isnan(s.budget_s) && isnan(s.precision));
	suite_free(&s);
}

static void test_settings(void **state)
{
	struct suite s;
	char *error = NULL;

	(void)state;
	assert_int_equal(suite_parse("@budget 4m\n@precision 5%\n@phases 12\nnull\n", "s",
				     &s, &error),
			 0);
	assert_int_equal(s.phases, 12);
	assert_true(s.budget_s == 240);
	assert_true(fabs(s.precision - 0.05) < 1e-12);
	assert_int_equal(s.n, 1);
	suite_free(&s);
}

static void test_mistakes(void **state)
{
	static const struct {
		const char *text, *error;
	} wrong[] = {
		{"null\nfork pages=\n", "s:2:6: pages=: a value is missing"},
		{"fork pages=1,,2\n", "s:1:6: pages=1,,2: a value is missing"},
		{"fork pages=1,\n", "s:1:6: pages=1,: a value is missing"},
		{"fork =1\n", "s:1:6: =1: want PARAM=VALUE"},
		{"fork pages\n", "s:1:6: pages: want PARAM=VALUE"},
		{"pages=1\n", "s:1:1: pages=1: want the name of a benchmark first"},
		{"@budget\n", "s:1:1: @budget: want one value"},
		{"@budget soon\n", "s:1:9: soon: want a time such as 30s or 5m"},
		{"@precision x\n", "s:1:12: x: want a share such as 2%"},
		{"\n@speed 3\n",
		 "s:2:1: @speed: no such setting: there are @budget, @precision and "
		 "@phases"},
		{"@phases 0\n", "s:1:9: 0: want a number of blocks, at most 1000"},
		{"@phases 1001\n", "s:1:9: 1001: want a number of blocks, at most 1000"},
	};

	(void)state;
	for (size_t i = 0; i < countof(wrong); i++) {
		struct suite s;
		char *error = NULL;

		assert_true(suite_parse(wrong[i].text, "s", &s, &error) < 0);
		assert_string_equal(error, wrong[i].error);
		free(error);
	}
}

static void test_too_many(void **state)
{
	char text[512] = "fork";
	struct suite s;
	char *error = NULL;

	(void)state;
	/* 8^8 cases would be a slip, and must not take the memory of the machine. */
	for (int i = 0; i < 8; i++)
		sprintf(text + strlen(text), " p%d=1,2,3,4,5,6,7,8", i);
	assert_true(suite_parse(text, "s", &s, &error) < 0);
	assert_non_null(strstr(error, "too many cases"));
	free(error);
}

static void test_word_of_the_command_line(void **state)
{
	struct suite s = {0};
	char *error = NULL;

	(void)state;
	assert_int_equal(suite_add(&s, "clone3/flags=VM+FS,none/pages=4", &error), 0);
	assert_int_equal(s.n, 2);
	assert_string_equal(s.v[0].bench, "clone3");
	assert_string_equal(s.v[0].params[0], "flags=VM+FS");
	assert_string_equal(s.v[1].params[0], "flags=none");
	assert_string_equal(s.v[1].params[1], "pages=4");
	assert_true(suite_add(&s, "", &error) < 0);
	free(error);
	error = NULL;
	assert_true(suite_add(&s, "///", &error) < 0);
	free(error);
	assert_int_equal(s.n, 2);
	suite_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists_multiply),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_word_of_the_command_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
