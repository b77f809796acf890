/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: alignment by characters, long names cut in the middle, no spaces at line ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"
#include "util.h"

static char *print(const struct table *t, bool colour)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	table_print(t, f, colour);
	fclose(f);
	return text;
}

static void test_alignment(void **state)
{
	static const char *const heads[] = {"<name", "µs", "x"};
	struct table t;

	(void)state;
	table_init(&t, 3, heads, 0);
	table_row(&t);
	table_cell(&t, 0, "fork");
	table_cell(&t, 1, "12 µs");
	table_row(&t);
	table_cell(&t, 0, "a longer name");
	table_cell(&t, 1, "%d", 3);
	table_cell(&t, 2, "9");
	char *text = print(&t, false);
	assert_string_equal(text, "name              µs  x\n"
				  "fork           12 µs\n"
				  "a longer name      3  9\n");
	free(text);
	text = print(&t, true);
	assert_memory_equal(text, "\033[1mname", 8);
	free(text);
	table_free(&t);
}

static void test_long_names(void **state)
{
	static const char *const heads[] = {"<name", "n"};
	struct table t;

	(void)state;
	table_init(&t, 2, heads, 11);
	table_row(&t);
	table_cell(&t, 0, "abcdefghijklmnopqrstuvwxyz");
	table_cell(&t, 1, "abcdefghijklmnopqrstuvwxyz");
	char *text = print(&t, false);
	assert_non_null(strstr(text, "abcde…vwxyz  abcdefghijklmnopqrstuvwxyz\n"));
	free(text);
	table_free(&t);
}

static void test_width(void **state)
{
	(void)state;
	assert_int_equal(text_width(""), 0);
	assert_int_equal(text_width("abc"), 3);
	assert_int_equal(text_width("µ…×"), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alignment),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_width),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
