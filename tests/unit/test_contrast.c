/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What takes more than another, beyond its band, and what bands say of it. */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <setjmp.h>

#include <cmocka.h>

#include "contrast.h"
#include "util.h"

enum { SAMPLES = 4 };

/* A record of one case, each of its samples so dear, with so many faults in each. */
static struct record counted(const char *kernel, uint64_t each, uint64_t pages)
{
	struct record r = {.ncases = 1, .cases = xcalloc(1, sizeof(struct kase))};
	struct rep rep = {.batch = 1, .nrows = SAMPLES, .width = 1};

	r.cases[0] = (struct kase){.text = xstrdup("fork"), .bench = xstrdup("fork")};
	rep.rows = xcalloc(SAMPLES, sizeof(*rep.rows));
	for (size_t i = 0; i < SAMPLES; i++)
		rep.rows[i] = each;
	rep.noise.children.minor = pages * SAMPLES;
	reps_add(&r.cases[0].time, &rep);
	facts_add(&r.host, "kernel.sha256", kernel, NULL);
	facts_add(&r.host, "qemu.version", "QEMU 7", NULL);
	facts_add(&r.host, "exact.samples", "4", NULL);
	facts_add(&r.host, "program.fork", "f0", NULL);
	return r;
}

/* Variants of 1000 and 1010 instructions: what lies within 28 is the same. */
static void widened(struct bands *b, uint64_t pages)
{
	*b = (struct bands){0};
	for (uint64_t each = 1000; each <= 1010; each += 10) {
		struct record r = counted("a0", each, pages);

		if (!b->of.kernel)
			assert_true(bands_of_record(&r, &b->of));
		bands_widen(b, &r);
		record_free(&r);
	}
}

static int answer(uint64_t each, uint64_t pages, bool known, int *status)
{
	struct record a = counted("a0", 1000, 9), b = counted("a0", each, pages);
	struct contrast c = {0};
	struct bands bands = {0};

	if (known)
		widened(&bands, 9);
	contrast_of(&a, &b, &bands, &bands, &c);
	assert_int_equal(c.n, 1);
	int got = c.v[0].answer;
	*status = contrast_status(&c);
	contrast_free(&c);
	bands_free(&bands);
	record_free(&a);
	record_free(&b);
	return got;
}

static void within_the_band_is_the_same(void **state)
{
	int status;

	(void)state;
	assert_int_equal(answer(1028, 9, true, &status), CONTRAST_SAME);
	assert_int_equal(status, 0);
	assert_int_equal(answer(1029, 9, true, &status), CONTRAST_MORE);
	assert_int_equal(status, 1);
	assert_int_equal(answer(971, 9, true, &status), CONTRAST_LESS);
	assert_int_equal(status, 0);
}

static void a_page_more_counts_though_instructions_lie_in_the_band(void **state)
{
	int status;

	(void)state;
	assert_int_equal(answer(1000, 10, true, &status), CONTRAST_MORE);
	assert_int_equal(answer(1000, 8, true, &status), CONTRAST_LESS);
}

static void without_a_band_only_equal_counts_are_the_same(void **state)
{
	int status;

	(void)state;
	assert_int_equal(answer(1000, 9, false, &status), CONTRAST_SAME);
	assert_int_equal(status, 0);
	assert_int_equal(answer(1001, 9, false, &status), CONTRAST_UNKNOWN);
	assert_int_equal(status, 125);
}

static void a_kept_band_reads_back_for_its_qemu_alone(void **state)
{
	char folder[] = "/tmp/test_contrast.XXXXXX";
	struct bands b, back;
	char *error = NULL;

	(void)state;
	assert_non_null(mkdtemp(folder));
	widened(&b, 9);
	assert_int_equal(bands_write(folder, &b), 0);
	assert_int_equal(bands_read(folder, &b.of, &back, &error), 0);
	const struct band *fork = bands_find(&back, "fork", "f0", NULL);
	assert_non_null(fork);
	assert_true(bands_reach(fork) == 28);
	assert_null(bands_find(&back, "fork", "other", "another"));
	bands_free(&back);
	free(b.of.qemu);
	b.of.qemu = xstrdup("QEMU 8");
	assert_int_equal(bands_read(folder, &b.of, &back, &error), -2);
	char *path = bands_path(folder, &b.of);
	assert_int_equal(remove(path), 0);
	assert_int_equal(remove(folder), 0);
	free(path);
	bands_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(within_the_band_is_the_same),
		cmocka_unit_test(a_page_more_counts_though_instructions_lie_in_the_band),
		cmocka_unit_test(without_a_band_only_equal_counts_are_the_same),
		cmocka_unit_test(a_kept_band_reads_back_for_its_qemu_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
