/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers with units: what is taken, what is refused, what people see. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "units.h"
#include "util.h"

/* Refused by every reader here. */
static const char *const nonsense[] = {
	"",    " ",  " 1",  "1 ",  "-1",  "+1",   "nan", "inf", "x",   ".", "1e3", "1..2",
	"1,5", "0x", "0xg", "--1", "5mm", "5min", "%",   "2%%", "1%2", "s", "m5"};

static void test_duration(void **state)
{
	static const struct {
		const char *text;
		double seconds;
	} good[] = {{"90", 90},     {"5m", 300}, {"1.5h", 5400}, {"30s", 30},
		    {"250ms", .25}, {".5s", .5}, {"2.", 2},      {"0", 0}};
	double s;

	(void)state;
	for (size_t i = 0; i < countof(good); i++) {
		assert_int_equal(units_duration(good[i].text, &s), 0);
		assert_true(fabs(s - good[i].seconds) < 1e-12);
	}
	for (size_t i = 0; i < countof(nonsense); i++)
		assert_int_equal(units_duration(nonsense[i], &s), -EINVAL);
	assert_int_equal(units_duration("5d", &s), -EINVAL);
	assert_int_equal(units_duration("2%", &s), -EINVAL);
	assert_int_equal(units_duration("5m30s", &s), -EINVAL);
}

/* DBL_MAX has 309 digits before the point: a number of 310 is too large, and so is 309 of
 * hours. */
static void test_duration_too_large(void **state)
{
	char digits[320] = "";
	double s = -1;

	(void)state;
	for (size_t i = 0; i < 310; i++)
		digits[i] = '9';
	assert_int_equal(units_duration(digits, &s), -ERANGE);
	digits[0] = '1';
	for (size_t i = 1; i < 309; i++)
		digits[i] = '0';
	digits[309] = '\0';
	assert_int_equal(units_duration(digits, &s), 0);
	digits[309] = 'h';
	digits[310] = '\0';
	assert_int_equal(units_duration(digits, &s), -ERANGE);
}

static void test_percent(void **state)
{
	double x;

	(void)state;
	assert_int_equal(units_percent("2%", &x), 0);
	assert_true(fabs(x - 0.02) < 1e-15);
	assert_int_equal(units_percent("0.02", &x), 0);
	assert_true(fabs(x - 0.02) < 1e-15);
	assert_int_equal(units_percent("100%", &x), 0);
	assert_true(fabs(x - 1) < 1e-15);
	/* "2" without its sign is a slip, and 200 % no precision. */
	assert_int_equal(units_percent("2", &x), -ERANGE);
	assert_int_equal(units_percent("100.1%", &x), -ERANGE);
	for (size_t i = 0; i < countof(nonsense); i++)
		assert_int_equal(units_percent(nonsense[i], &x), -EINVAL);
	assert_int_equal(units_percent("1s", &x), -EINVAL);
}

static void test_uint(void **state)
{
	uint64_t x;

	(void)state;
	assert_int_equal(units_uint("0", &x), 0);
	assert_int_equal(x, 0);
	assert_int_equal(units_uint("010", &x), 0);
	assert_int_equal(x, 10);
	assert_int_equal(units_uint("0xfF", &x), 0);
	assert_int_equal(x, 255);
	assert_int_equal(units_uint("18446744073709551615", &x), 0);
	assert_true(x == UINT64_MAX);
	assert_int_equal(units_uint("18446744073709551616", &x), -ERANGE);
	assert_int_equal(units_uint("0x10000000000000000", &x), -ERANGE);
	assert_int_equal(units_uint("1.5", &x), -EINVAL);
	assert_int_equal(units_uint("0x-1", &x), -EINVAL);
	assert_int_equal(units_uint("ff", &x), -EINVAL);
	for (size_t i = 0; i < countof(nonsense); i++)
		assert_int_equal(units_uint(nonsense[i], &x), -EINVAL);
}

static void test_format(void **state)
{
	static const struct {
		double value;
		const char *unit, *text;
	} cases[] = {
		{1234567, "ns/op", "1.23 ms"},
		{0, "ns/op", "0 ns"},
		{0.1234, "ns/op", "0.123 ns"},
		{52.34, "ns/op", "52.3 ns"},
		{999.4, "ns/op", "999 ns"},
		{999.6, "ns/op", "1.00 µs"}, /* rounded before the unit is chosen */
		{9.996, "ns/op", "10.0 ns"},
		{99.96, "ns", "100 ns"},
		{12345, "ns", "12.3 µs"},
		{-1500, "ns", "-1.50 µs"},
		{4.2e9, "ns/op", "4.20 s"},
		{7.2e12, "ns/op", "7200 s"},
		{512, "bytes/s", "512 B/s"},
		{1536, "bytes/s", "1.50 KiB/s"},
		{2.5 * 1048576, "bytes/s", "2.50 MiB/s"},
		{3.0 * 1073741824, "bytes/s", "3.00 GiB/s"},
		{1073741824, "bytes/s", "1.00 GiB/s"}, /* 1024 MiB are not 1020 */
		{22528, "bytes/task", "22.0 KiB"},
		{8388608, "bytes", "8.00 MiB"},
		{2.345, "faults/op", "2.35 faults/op"},
		{970000, "ppm", "97.0 %"},
		{1000000, "ppm", "100 %"},
		{500, "ppm", "0.05 %"},
		{1.0196, "switches/op", "1.02 switches/op"},
		{12345.6, "switches/op", "12346 switches/op"},
		{0, "switches/op", "0 switches/op"},
		{NAN, "ns/op", "n/a"},
		{NAN, "switches/op", "n/a"},
		{INFINITY, "ns/op", "inf ns/op"},
	};
	char buf[64];

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		assert_ptr_equal(
			units_format(cases[i].value, cases[i].unit, buf, sizeof(buf)),
			buf);
		assert_string_equal(buf, cases[i].text);
	}
	units_format(1234567, "ns/op", buf, 5);
	assert_string_equal(buf, "1.23");
}

static void test_two(void **state)
{
	char buf[64];

	(void)state;
	assert_ptr_equal(units_two(4200, 1300, "ns/op", " / ", buf, sizeof(buf)), buf);
	assert_string_equal(buf, "4.20 / 1.30 µs");
	/* Each its own where they differ. */
	units_two(4200, 887, "ns/op", " / ", buf, sizeof(buf));
	assert_string_equal(buf, "4.20 µs / 887 ns");
	units_two(1073741824, 2147483648, "bytes/s", " – ", buf, sizeof(buf));
	assert_string_equal(buf, "1.00 – 2.00 GiB/s");
	units_two(NAN, 887, "ns/op", " / ", buf, sizeof(buf));
	assert_string_equal(buf, "n/a / 887 ns");
	units_two(4200, 1300, "ns/op", " / ", buf, 5);
	assert_string_equal(buf, "4.20");
}

static void test_number(void **state)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {{0.5416, "0.542"}, {37, "37"},         {999.4, "999"},
		     {999.6, "1000"},   {12345.6, "12346"}, {-0.25, "-0.25"},
		     {NAN, "n/a"}};
	char buf[32];

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_string_equal(units_number(cases[i].value, buf, sizeof(buf)),
				    cases[i].text);
}

static void test_seconds(void **state)
{
	static const struct {
		double seconds;
		const char *text;
	} cases[] = {{0, "0s"},      {12.4, "12s"},        {59.6, "1m00s"},
		     {245, "4m05s"}, {3599.5, "1h00m00s"}, {3723, "1h02m03s"},
		     {-1, "n/a"},    {NAN, "n/a"},         {INFINITY, "n/a"},
		     {1e300, "n/a"}};
	char buf[32];

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_string_equal(units_seconds(cases[i].seconds, buf, sizeof(buf)),
				    cases[i].text);
}

static void test_size(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
		bool suffixed;
	} good[] = {{"0", 0, false},
		    {"2000", 2000, false},
		    {"4K", 4096, true},
		    {"8G", UINT64_C(8) << 30, true},
		    {"1T", UINT64_C(1) << 40, true},
		    {"16777215T", UINT64_C(16777215) << 40, true}};
	uint64_t x;
	bool suffixed;

	(void)state;
	for (size_t i = 0; i < countof(good); i++) {
		assert_int_equal(units_size(good[i].text, &x, &suffixed), 0);
		assert_true(x == good[i].value && suffixed == good[i].suffixed);
	}
	for (size_t i = 0; i < countof(nonsense); i++)
		assert_int_equal(units_size(nonsense[i], &x, &suffixed), -EINVAL);
	assert_int_equal(units_size("K", &x, &suffixed), -EINVAL);
	assert_int_equal(units_size("1.5G", &x, &suffixed), -EINVAL);
	assert_int_equal(units_size("8GB", &x, &suffixed), -EINVAL);
	/* 2^64, once as it is. */
	assert_int_equal(units_size("16777216T", &x, &suffixed), -ERANGE);
	assert_int_equal(units_size("18446744073709551616", &x, &suffixed), -ERANGE);
}

static void test_rate(void **state)
{
	static const struct {
		const char *text;
		double value;
	} good[] = {{"50", 50},
		    {"50/s", 50},
		    {"0.5/s", 0.5},
		    {"3000/m", 50},
		    {"180000/h", 50}};
	double x;

	(void)state;
	for (size_t i = 0; i < countof(good); i++) {
		assert_int_equal(units_rate(good[i].text, &x), 0);
		assert_true(fabs(x - good[i].value) < 1e-12);
	}
	for (size_t i = 0; i < countof(nonsense); i++)
		assert_int_equal(units_rate(nonsense[i], &x), -EINVAL);
	assert_int_equal(units_rate("50/d", &x), -EINVAL);
	assert_int_equal(units_rate("/s", &x), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_duration),
		cmocka_unit_test(test_duration_too_large),
		cmocka_unit_test(test_percent),
		cmocka_unit_test(test_uint),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_two),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
