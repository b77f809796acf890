/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: alignment by characters, long names cut in the middle, narrow terminals, no
 * spaces at line ends.
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

/* 30 characters, and 2 x (2 + 8) for what follows: 50 columns. */
static char *print_wide(const char *name, size_t room)
{
	static const char *const heads[] = {"<name", "first", "second"};
	struct table t;

	table_init(&t, 3, heads, room);
	table_row(&t);
	table_cell(&t, 0, "%s", name);
	table_cell(&t, 1, "11111111");
	table_cell(&t, 2, "22222222");
	char *text = print(&t, false);
	table_free(&t);
	return text;
}

static void test_names_are_cut_only_for_want_of_room(void **state)
{
	static const char name[] = "abcdefghijklmnopqrstuvwxyz0123";
	static const size_t enough[] = {0, 50, 120};

	(void)state;
	for (size_t i = 0; i < countof(enough); i++) {
		char *text = print_wide(name, enough[i]);

		assert_non_null(strstr(text, "abcdefghijklmnopqrstuvwxyz0123  11111111  "
					     "22222222\n"));
		assert_null(strstr(text, "no room"));
		free(text);
	}
	/* 41 - 20 = 21 for the name: 10, the mark, 10. */
	char *text = print_wide(name, 41);
	assert_non_null(strstr(text, "\nabcdefghij…uvwxyz0123  11111111  22222222\n"));
	free(text);
	/* A character is no byte. */
	text = print_wide("µµµµµµµµµµµµµµµ×××××××××××××××", 41);
	assert_non_null(strstr(text, "\nµµµµµµµµµµ…××××××××××  11111111  22222222\n"));
	free(text);
}

static void test_last_columns_are_left_out_by_name(void **state)
{
	char *text;

	(void)state;
	/* 20 of the name at the least, and 10: the second figure would need 40. */
	text = print_wide("abcdefghijklmnopqrstuvwxyz0123", 39);
	assert_string_equal(text, "name                              first\n"
				  "abcdefghijklmn…qrstuvwxyz0123  11111111\n"
				  "(no room for: second)\n");
	free(text);
	/* A short name needs no more than it is. */
	text = print_wide("abc", 24);
	assert_non_null(strstr(text, "abc   11111111  22222222\n"));
	free(text);
	text = print_wide("abc", 3);
	assert_string_equal(text, "name\nabc\n(no room for: first, second)\n");
	free(text);
}

static void test_width(void **state)
{
	(void)state;
	assert_int_equal(text_width(""), 0);
	assert_int_equal(text_width("abc"), 3);
	assert_int_equal(text_width("µ…×"), 3);
}

/* The second line of a note has room for 40 characters less the indentation. */
static void test_notes_are_wrapped_below_their_row(void **state)
{
	static const char *const heads[] = {"<name", "x"};
	struct table t;

	(void)state;
	table_init(&t, 2, heads, 40);
	table_row(&t);
	table_cell(&t, 0, "a");
	table_cell(&t, 1, "1");
	table_note(&t, "short");
	table_note(&t, "%s", "these are words that do not fit into one line of that");
	table_row(&t);
	table_cell(&t, 0, "b");
	table_note(&t, "a_word_that_is_longer_than_any_line_here_can_be and more");
	char *text = print(&t, false);
	assert_string_equal(text, "name  x\n"
				  "a     1\n"
				  "    short\n"
				  "    these are words that do not fit into\n"
				  "      one line of that\n"
				  "b\n"
				  "    "
				  "a_word_that_is_longer_than_any_line_here_can_be\n"
				  "      and more\n");
	free(text);
	table_free(&t);
}

/* Characters, not bytes; a line of that width exactly stays whole. */
static void test_wrapping_counts_characters(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	(void)state;
	assert_non_null(f);
	text_wrap(f, "äöü äöü\näöü äöü ä\n\nx", 0, 7);
	fclose(f);
	assert_string_equal(text, "äöü äöü\näöü äöü\n  ä\n\nx\n");
	free(text);
}

static void test_notes_are_rows_of_a_page(void **state)
{
	static const char *const heads[] = {"<name", "x"};
	struct table t;
	char *text = NULL;
	size_t size;

	(void)state;
	table_init(&t, 2, heads, 0);
	table_row(&t);
	table_cell(&t, 0, "a");
	table_note(&t, "1 < 2");
	table_note(&t, "two\nlines");
	FILE *f = open_memstream(&text, &size);
	assert_non_null(f);
	table_html(&t, f);
	fclose(f);
	assert_non_null(strstr(text, "<tr class=\"note\"><td colspan=\"2\">1 &lt; 2"
				     "<br/>two lines</td></tr>\n"));
	free(text);
	table_free(&t);
}

static void test_marks_colour_cells(void **state)
{
	static const char *const heads[] = {"<name", "<x"};
	struct table t;

	(void)state;
	table_init(&t, 2, heads, 0);
	table_row(&t);
	table_cell(&t, 0, "a");
	table_cell(&t, 1, "bad");
	table_mark(&t, 1, TABLE_BAD);
	table_row(&t);
	table_cell(&t, 0, "b");
	table_cell(&t, 1, "good");
	table_mark(&t, 1, TABLE_GOOD);
	char *text = print(&t, true);
	assert_string_equal(text, "\033[1mname  x\033[0m\n"
				  "a     \033[31mbad\033[0m\n"
				  "b     \033[32mgood\033[0m\n");
	free(text);
	text = print(&t, false);
	assert_string_equal(text, "name  x\na     bad\nb     good\n");
	free(text);
	table_free(&t);
}

/* Pipes end cells, in code as well (GitHub Flavored Markdown Spec 0.29, section 4.10). */
static void test_markdown(void **state)
{
	static const char *const heads[] = {"<a|b", "x"};
	struct table t;
	char *text = NULL;
	size_t size;

	(void)state;
	table_init(&t, 2, heads, 3);
	table_row(&t);
	table_cell(&t, 0, "fork/pages=4096");
	table_cell(&t, 1, "<1 [2]");
	table_row(&t);
	table_cell(&t, 0, "two words");
	table_cell(&t, 1, "-1");
	table_mark(&t, 1, TABLE_BAD);
	table_note(&t, "one_two");
	table_note(&t, "* three");
	table_row(&t);
	table_cell(&t, 0, "a|b");
	table_mark(&t, 1, TABLE_GOOD);
	FILE *f = xmemstream(&text, &size);
	table_markdown(&t, f);
	fclose(f);
	assert_string_equal(text, "| a\\|b | x |\n"
				  "| :--- | ---: |\n"
				  "| `fork/pages=4096` | &lt;1 \\[2\\] |\n"
				  "| two words | **-1** |\n"
				  "| a\\|b |  |\n"
				  "\n"
				  "- `two words`: one\\_two \\* three\n"
				  "\n");
	free(text);
	table_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alignment),
		cmocka_unit_test(test_names_are_cut_only_for_want_of_room),
		cmocka_unit_test(test_last_columns_are_left_out_by_name),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_notes_are_wrapped_below_their_row),
		cmocka_unit_test(test_wrapping_counts_characters),
		cmocka_unit_test(test_notes_are_rows_of_a_page),
		cmocka_unit_test(test_marks_colour_cells),
		cmocka_unit_test(test_markdown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
