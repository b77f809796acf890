/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading what was found out about sharing: whole tables, and every way to be none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sharing.h"
#include "util.h"

#define KINDS "kind\tfork\tfork()\nkind\tlwp\tclone(VM)\n"
#define ROW "row\twrite\tmemory\tit is seen\tfor a reason\n"

static void test_whole(void **state)
{
	static const char text[] =
		KINDS ROW "answer\tno\tread 1\nanswer\tyes\tread 42\n"
			  "row\tuid\tlimits\tit changes\t\n"
			  "answer\tn/a\tnot allowed\nanswer\tfailed\t\n";
	struct sharing s;
	char *error;

	(void)state;
	assert_int_equal(sharing_parse(text, &s, &error), 0);
	assert_null(error);
	assert_int_equal(s.nkinds, 2);
	assert_int_equal(s.nrows, 2);
	assert_string_equal(s.kinds[1].name, "lwp");
	assert_string_equal(s.kinds[1].call, "clone(VM)");
	assert_string_equal(s.rows[0].id, "write");
	assert_string_equal(s.rows[0].group, "memory");
	assert_string_equal(s.rows[0].text, "it is seen");
	assert_string_equal(s.rows[0].note, "for a reason");
	assert_string_equal(s.rows[1].note, "");
	assert_int_equal(s.rows[0].cells[0].answer, SHARING_NO);
	assert_int_equal(s.rows[0].cells[1].answer, SHARING_YES);
	assert_string_equal(s.rows[0].cells[1].why, "read 42");
	assert_int_equal(s.rows[1].cells[0].answer, SHARING_NA);
	assert_int_equal(s.rows[1].cells[1].answer, SHARING_FAILED);
	assert_string_equal(s.rows[1].cells[1].why, "");
	sharing_free(&s);
}

static void test_wrong(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"", "line 0 of what was found out: it ends too early"},
		{KINDS, "line 2 of what was found out: it ends too early"},
		{ROW, "line 1 of what was found out: it ends too early"},
		{KINDS ROW "answer\tno\t\n",
		 "line 4 of what was found out: it ends too early"},
		{KINDS ROW "answer\tno\t\n" ROW,
		 "line 5 of what was found out: the row before it has too few answers"},
		{KINDS "answer\tno\t\n",
		 "line 3 of what was found out: an answer to nothing"},
		{KINDS ROW "answer\tno\t\nanswer\tno\t\nanswer\tno\t\n",
		 "line 6 of what was found out: an answer to nothing"},
		{KINDS ROW "answer\tperhaps\t\n",
		 "line 4 of what was found out: no such answer"},
		{KINDS ROW "answer\tno\n",
		 "line 4 of what was found out: want an answer and why"},
		{KINDS ROW "answer\tno\ta\tb\tc\td\te\tf\n",
		 "line 4 of what was found out: want an answer and why"},
		{KINDS "row\twrite\tmemory\n",
		 "line 3 of what was found out: want a row's id, group, text and note"},
		{KINDS ROW "answer\tno\t\nanswer\tno\t\nkind\tvfork\tvfork()\n",
		 "line 6 of what was found out: a kind after the first row"},
		{"kind\tfork\n",
		 "line 1 of what was found out: want a kind's name and call"},
		{KINDS "\n", "line 3 of what was found out: no such line"},
	};
	struct sharing s;
	char *error;

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		assert_int_equal(sharing_parse(cases[i].text, &s, &error), -EINVAL);
		assert_string_equal(error, cases[i].error);
		assert_null(s.rows);
		free(error);
	}
}

/* What a program that is not ours says, or does not. */
static void test_other_programs(void **state)
{
	const char *const kinds[] = {"fork"};
	struct sharing s;
	char *error;

	(void)state;
	assert_int_equal(sharing_run("/no/such/program", kinds, 1, -1, &s, &error),
			 -ECHILD);
	assert_string_equal(error,
			    "cannot run /no/such/program: No such file or directory");
	free(error);
	assert_int_equal(sharing_run("/bin/true", kinds, 1, -1, &s, &error), -EPROTO);
	free(error);
	assert_int_equal(sharing_run("/bin/false", kinds, 1, -1, &s, &error), -ECHILD);
	free(error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_other_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
