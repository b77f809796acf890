/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON: what is written, what is read back, and what an error says. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "json.h"
#include "util.h"

/* The text of an object with the one member that v is, freed. */
static void expect_text(struct json *v, const char *expected)
{
	char *text = json_text(v, false);

	assert_string_equal(text, expected);
	free(text);
	json_free(v);
}

static struct json *parse(struct json_reader *r, const char *text)
{
	return json_parse(r, text, strlen(text));
}

static void test_write(void **state)
{
	struct json *v = json_new_object(), *list = json_new_array();

	(void)state;
	json_add_text(v, "text", "a \"b\"\n");
	json_add_text(v, "none", NULL);
	json_add_real(v, "real", 1.5);
	json_add_real(v, "nan", NAN);
	json_add_real(v, "inf", -INFINITY);
	json_add_int(v, "int", 42);
	json_add_int(v, "most", INT64_MAX);
	json_add_int(v, "more", UINT64_MAX);
	json_add_bool(list, NULL, true);
	json_add_bool(list, NULL, false);
	json_add_null(list, NULL);
	json_add(v, "list", list);
	expect_text(
		v, "{\"text\":\"a \\\"b\\\"\\n\",\"none\":null,\"real\":1.5,\"nan\":null,"
		   "\"inf\":null,\"int\":42,\"most\":9223372036854775807,"
		   "\"more\":9223372036854775807,\"list\":[true,false,null]}");
}

static void test_indented_is_the_same_value(void **state)
{
	struct json_reader r;
	struct json *v = parse(&r, "{\"a\": [1, {\"b\": null}]}");
	char *text = json_text(v, true);

	(void)state;
	assert_true(strchr(text, '\n') != NULL);
	json_free(v);
	v = parse(&r, text);
	free(text);
	expect_text(v, "{\"a\":[1,{\"b\":null}]}");
}

/* The first is the worked example of The Unicode Standard 15.0, section 3.9, table 3-8;
 * then overlong forms, a surrogate, a value past U+10FFFF, and text that is fine. */
static void test_bad_utf8_is_replaced(void **state)
{
#define BAD "\xef\xbf\xbd"
	static const char *const cases[][2] = {
		{"\x61\xf1\x80\x80\xe1\x80\xc2\x62\x80\x63\x80\xbf\x64",
		 "a" BAD BAD BAD "b" BAD "c" BAD BAD "d"},
		{"\xc0\xaf", BAD BAD},
		{"\xe0\x80\xaf", BAD BAD BAD},
		{"\xf0\x80\x80\xaf", BAD BAD BAD BAD},
		{"\xed\xa0\x80", BAD BAD BAD},
		{"\xf4\x90\x80\x80", BAD BAD BAD BAD},
		{"\xff", BAD},
		{"\xe2\x82", BAD},
		{"\xc2\xb5s \xe2\x82\xac \xf0\x9f\x98\x80 \xed\x9f\xbf \xf4\x8f\xbf\xbf",
		 "\xc2\xb5s \xe2\x82\xac \xf0\x9f\x98\x80 \xed\x9f\xbf \xf4\x8f\xbf\xbf"},
	};
#undef BAD
	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct json *v = json_new_array();

		json_add_text(v, NULL, cases[i][0]);
		assert_string_equal(json_as_text(json_at(v, 0)), cases[i][1]);
		json_free(v);
	}
}

static void test_bad_utf8_in_a_key(void **state)
{
	struct json *v = json_new_object();

	(void)state;
	json_add_int(v, "k\xff", 1);
	expect_text(v, "{\"k\xef\xbf\xbd\":1}");
}

static void test_real_survives(void **state)
{
	static const double values[] = {0.1,  1.0 / 3, 1e-300, 1.7976931348623157e308,
					-0.0, 3};
	struct json_reader r;

	(void)state;
	for (size_t i = 0; i < countof(values); i++) {
		struct json *v = json_new_object();
		char *text;

		json_add_real(v, "x", values[i]);
		text = json_text(v, false);
		json_free(v);
		v = parse(&r, text);
		assert_true(json_get_real(&r, v, "x") == values[i]);
		assert_string_equal(r.error, "");
		free(text);
		json_free(v);
	}
}

static void test_read(void **state)
{
	struct json_reader r;
	struct json *v = parse(&r, "{\"t\":\"x\",\"n\":null,\"i\":7,\"r\":0.5,\"b\":true,"
				   "\"a\":[1,\"two\",-3,1.0],\"o\":{\"p\":1,\"q\":2}}");
	const struct json *a = json_get_array(&r, v, "a"),
			  *o = json_get_object(&r, v, "o"), *m;
	char *text = json_get_text(&r, v, "t");
	uint64_t x = 99;

	(void)state;
	assert_string_equal(text, "x");
	free(text);
	assert_null(json_get_text(&r, v, "n"));
	assert_true(isnan(json_get_real(&r, v, "n")));
	assert_int_equal(json_get_int(&r, v, "i"), 7);
	assert_true(json_get_real(&r, v, "i") == 7);
	assert_true(json_get_real(&r, v, "r") == 0.5);
	assert_true(json_get_bool(&r, v, "b"));
	assert_int_equal(json_size(v), 7);
	assert_int_equal(json_size(a), 4);
	assert_null(json_at(a, 4));
	assert_true(json_as_uint(json_at(a, 0), &x));
	assert_int_equal(x, 1);
	assert_true(json_is_text(json_at(a, 1)));
	assert_string_equal(json_as_text(json_at(a, 1)), "two");
	assert_false(json_is_text(json_at(a, 0)));
	assert_null(json_as_text(json_at(a, 0)));
	assert_false(json_as_uint(json_at(a, 1), &x));
	assert_false(json_as_uint(json_at(a, 2), &x));
	assert_false(json_as_uint(json_at(a, 3), &x));
	assert_string_equal(json_member(o, 1, &m), "q");
	assert_true(json_as_uint(m, &x) && x == 2);
	assert_null(json_member(o, 2, &m));
	assert_null(m);
	assert_ptr_equal(json_get(&r, v, "o"), o);
	assert_string_equal(r.error, "");
	json_free(v);
}

/* Reads cases[i] as every reader of results would. */
static void read_case(struct json_reader *r, const struct json *v, size_t i)
{
	const struct json *k = json_at(json_get_array(r, v, "cases"), i);
	const struct json *reps = json_get_array(r, k, "reps");

	json_get_int(r, json_at(reps, 0), "block");
	json_get_bool(r, k, "done");
	json_get_real(r, json_get_object(r, k, "host"), "load");
	free(json_get_text(r, k, "name"));
}

static void test_errors_name_their_place(void **state)
{
#define GOOD \
	"{\"reps\":[{\"block\":1}],\"done\":true,\"host\":{\"load\":1},\"name\":\"n\"}"
	static const char *const cases[][2] = {
		{GOOD, ""},
		{"{\"reps\":5}", "cases[1].reps: not an array"},
		{"{\"done\":true}", "cases[1].reps: missing"},
		{"{\"reps\":[{\"block\":-1}]}",
		 "cases[1].reps[0].block: not a whole number from 0"},
		{"{\"reps\":[{\"block\":1.5}]}",
		 "cases[1].reps[0].block: not a whole number from 0"},
		{"{\"reps\":[{\"block\":null}]}",
		 "cases[1].reps[0].block: not a whole number from 0"},
		{"{\"reps\":[7]}", "cases[1].reps[0]: not an object"},
		{"{\"reps\":[{\"block\":1}],\"done\":1}",
		 "cases[1].done: not true or false"},
		{"{\"reps\":[{\"block\":1}],\"done\":false,\"host\":[]}",
		 "cases[1].host: not an object"},
		{"{\"reps\":[{\"block\":1}],\"done\":false,\"host\":{\"load\":\"1\"}}",
		 "cases[1].host.load: not a number"},
		{"{\"reps\":[{\"block\":1}],\"done\":false,\"host\":{\"load\":1},"
		 "\"name\":1}",
		 "cases[1].name: not a text"},
		{"null", "cases[1]: not an object"},
		{"null,null",
		 "some value: not an object"}, /* which null is not to be told */
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		char *text = xformat("{\"cases\":[" GOOD ",%s]}", cases[i][0]);
		struct json_reader r;
		struct json *v = parse(&r, text);

		assert_non_null(v);
		read_case(&r, v, 0);
		assert_string_equal(r.error, "");
		read_case(&r, v, 1);
		assert_string_equal(r.error, cases[i][1]);
		json_free(v);
		free(text);
	}
#undef GOOD
}

static void test_first_error_is_kept(void **state)
{
	struct json_reader r;
	struct json *v = parse(&r, "{\"a\":1}");

	(void)state;
	assert_null(json_get_object(&r, v, "a"));
	assert_int_equal(json_get_int(&r, v, "b"), 0);
	assert_string_equal(r.error, "a: not an object");
	json_free(v);
	v = parse(&r, "[]");
	assert_string_equal(r.error, "");
	assert_false(json_get_bool(&r, v, "a"));
	assert_string_equal(r.error, "top level: not an object");
	json_free(v);
}

/* A value that is not there is read without a crash and told once. */
static void test_null_value(void **state)
{
	struct json_reader r = {0};

	(void)state;
	assert_null(json_get(&r, NULL, "k"));
	assert_string_equal(r.error, "k: missing");
	assert_true(isnan(json_get_real(&r, NULL, "k")));
	assert_int_equal(json_size(NULL), 0);
	assert_null(json_at(NULL, 0));
	assert_null(json_as_text(NULL));
	json_free(NULL);
}

/* A path longer than the room for it: what is wrong, and the end of the path, are still
 * told. */
static void test_long_path(void **state)
{
	char key[400], *text;
	struct json_reader r;
	struct json *v;
	size_t n;

	(void)state;
	memset(key, 'k', sizeof(key) - 1);
	key[sizeof(key) - 1] = '\0';
	text = xformat("{\"%s\":{\"\\u001b\\nend\":1}}", key);
	v = parse(&r, text);
	json_get_object(&r, json_get_object(&r, v, key), "\x1b\nend");
	n = strlen(r.error);
	assert_true(n < sizeof(r.error));
	assert_memory_equal(r.error, "...kkk", 6);
	assert_string_equal(r.error + n - strlen("k.  end: not an object"),
			    "k.  end: not an object");
	json_free(v);
	free(text);
}

static void test_no_json(void **state)
{
	static const char *const cases[][2] = {
		{"", "line 1, column 0: "},
		{"{\"a\":1,\n\"a\":2}", "line 2, column 3: duplicate object key"},
		{"{\"a\":1}x", "line 1, column 8: "},
		{"[1,\n 2", "line 2, column 2: "},
		{"[\"\xff\"]", "line 1, column 2: "},
		{"[\"\x1b\"]", "line 1, column 2: "},
		{"[nan]", "line 1, column "},
		{"[18446744073709551615]", "line 1, column 21: too big integer"},
	};
	struct json_reader r;

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		assert_null(parse(&r, cases[i][0]));
		assert_memory_equal(r.error, cases[i][1], strlen(cases[i][1]));
		assert_true(strlen(r.error) > strlen("line 1, column 1: "));
		assert_null(strpbrk(r.error, "\n\x1b\xff"));
	}
}

static void test_deep_nesting(void **state)
{
	const size_t depth = 1000000;
	char *text = xcalloc(depth + 1, 1);
	struct json_reader r;

	(void)state;
	memset(text, '[', depth);
	assert_null(json_parse(&r, text, depth));
	assert_non_null(strstr(r.error, "depth"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_indented_is_the_same_value),
		cmocka_unit_test(test_bad_utf8_is_replaced),
		cmocka_unit_test(test_bad_utf8_in_a_key),
		cmocka_unit_test(test_real_survives),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_errors_name_their_place),
		cmocka_unit_test(test_first_error_is_kept),
		cmocka_unit_test(test_null_value),
		cmocka_unit_test(test_long_path),
		cmocka_unit_test(test_no_json),
		cmocka_unit_test(test_deep_nesting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
