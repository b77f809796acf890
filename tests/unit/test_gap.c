/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gaps in time: what two clocks tell of a machine that was suspended or paused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "gap.h"

/* From moment 100 / 200 to so much later by each clock, after a nap of a second. */
static struct gap after(double monotonic_s, double boottime_s)
{
	const struct gap_moment a = {100, 200}, b = {100 + monotonic_s, 200 + boottime_s};
	struct gap gap = {0};

	gap_between(&a, &b, 1, &gap);
	return gap;
}

static void test_none(void **state)
{
	(void)state;
	struct gap gap = after(1.0001, 1.0002);
	assert_false(gap_seen(&gap));
	gap = after(0.2, 0.2); /* woken by a child's end */
	assert_false(gap_seen(&gap));
	gap = after(1.9, 1.9); /* a busy machine */
	assert_false(gap_seen(&gap));
}

static void test_suspended(void **state)
{
	(void)state;
	struct gap gap = after(1, 3601);
	assert_true(gap_seen(&gap));
	assert_float_equal(gap.suspended_s, 3600, 1e-6);
	assert_float_equal(gap.stalled_s, 0, 1e-6);
	char *words = gap_words(&gap);
	assert_string_equal(words, "the machine was suspended for 3600 s");
	free(words);
}

static void test_stalled(void **state)
{
	(void)state;
	struct gap gap = after(8, 8);
	assert_true(gap_seen(&gap));
	assert_float_equal(gap.suspended_s, 0, 1e-6);
	assert_float_equal(gap.stalled_s, 7, 1e-6);
	char *words = gap_words(&gap);
	assert_non_null(strstr(words, "nothing of it ran for 7 s"));
	free(words);
}

static void test_both_add_up(void **state)
{
	const struct gap_moment a = {0, 0}, b = {4, 14};
	struct gap gap = {.suspended_s = 5, .stalled_s = 1};

	(void)state;
	gap_between(&a, &b, 0, &gap);
	assert_float_equal(gap.suspended_s, 15, 1e-6);
	assert_float_equal(gap.stalled_s, 5, 1e-6);
	char *words = gap_words(&gap);
	assert_string_equal(words,
			    "the machine was suspended for 15 s, and paused for 5 s");
	free(words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_suspended),
		cmocka_unit_test(test_stalled),
		cmocka_unit_test(test_both_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
