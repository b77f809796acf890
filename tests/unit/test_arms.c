/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arms: words as of a shell that runs nothing, commands that must be there, and what is
 * said of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arms.h"
#include "util.h"

/* The words, joined by | to be seen apart. */
static char *joined(char **words, size_t n)
{
	char *text = xstrdup("");

	for (size_t i = 0; i < n; i++) {
		char *longer = xformat("%s%s%s", text, i ? "|" : "", words[i]);

		free(text);
		text = longer;
	}
	return text;
}

static void free_words(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}

static void gives(const char *text, const char *want)
{
	char **words, *error = NULL;
	size_t n;

	assert_int_equal(arm_words(text, &words, &n, &error), 0);
	assert_null(error);
	assert_null(words[n]);
	char *got = joined(words, n);
	assert_string_equal(got, want);
	free(got);
	free_words(words);
}

static void refuses(const char *text, const char *why)
{
	char **words, *error = NULL;
	size_t n;

	assert_true(arm_words(text, &words, &n, &error) < 0);
	assert_null(words);
	assert_int_equal(n, 0);
	if (!strstr(error, why))
		fail_msg("%s: \"%s\" lacks \"%s\"", text, error, why);
	assert_null(strchr(error, '\n'));
	free(error);
}

static void test_words(void **state)
{
	(void)state;
	setenv("ARM_TEST", "two words", 1);
	gives("env  X=1 Y='a b'", "env|X=1|Y=a b");
	gives("sh -c 'a | b; c > d' sh", "sh|-c|a | b; c > d|sh");
	gives("env X=a\\ b", "env|X=a b");
	gives("env \"$ARM_TEST\"", "env|two words");
	gives("env $ARM_TEST", "env|two|words");
	gives("/bin/sh", "/bin/sh");
	gives("", "");
	gives("  ", "");
}

static void test_refused(void **state)
{
	static const char *const shell[] = {"env | cat", "sleep 1 &", "a; b", "a > b",
					    "a < b",     "(a)",       "{ a"};

	(void)state;
	unsetenv("ARM_UNSET");
	for (size_t i = 0; i < countof(shell); i++)
		refuses(shell[i], "sh -c '...'");
	refuses("env $(date)", "sh -c '...'");
	refuses("env `date`", "sh -c '...'");
	refuses("env X=$ARM_UNSET", "not set");
	refuses("env 'X", "quote");
}

static void test_missing(void **state)
{
	(void)state;
	refuses("no-such-command-here x", "no-such-command-here: no such command");
	refuses("X=1 env", "env NAME=VALUE");
	refuses("/dev/null", "/dev/null: no such command");
	refuses("/tmp", "/tmp: no such command");
}

/* A command is looked for where execvp(3) will. */
static void test_path(void **state)
{
	char folder[] = "/tmp/arms.XXXXXX";
	char *was = xstrdup(getenv("PATH"));

	(void)state;
	assert_non_null(mkdtemp(folder));
	char *file = xformat("%s/my-arm", folder), *path = xformat("%s:/bin", folder);
	assert_int_equal(write_file(file, "", 0), 0);
	setenv("PATH", path, 1);
	refuses("my-arm", "no such command"); /* it is not executable yet */
	chmod(file, 0755);
	gives("my-arm x", "my-arm|x");
	setenv("PATH", "/nowhere", 1);
	refuses("my-arm x", "no such command");
	setenv("PATH", was, 1);
	unlink(file);
	rmdir(folder);
	free(path);
	free(file);
	free(was);
}

static void is_called(const struct arm_ask *ask, const char *text)
{
	struct arm a;
	char *error = NULL;

	assert_int_equal(arm_make('b', ask, "/", &a, &error), 0);
	assert_int_equal(a.name, 'b');
	assert_string_equal(a.text, text);
	assert_string_equal(a.benches, ask->benches ? ask->benches : "/");
	assert_int_equal(a.nwith, ask->nwith);
	arm_free(&a);
	assert_null(a.text);
}

static void test_texts(void **state)
{
	char *with[] = {(char *)"link=dynamic", (char *)"pages=4096"};

	(void)state;
	is_called(&(struct arm_ask){0}, "as it is");
	is_called(&(struct arm_ask){.prefix = ""}, "as it is");
	is_called(&(struct arm_ask){.prefix = "env X=1"}, "env X=1");
	is_called(&(struct arm_ask){.inject = 0.025}, "drawn out by 2.5 %");
	is_called(&(struct arm_ask){.prefix = "env X=1",
				    .before = "true 1",
				    .benches = "/tmp",
				    .with = with,
				    .nwith = 2},
		  "env X=1, programs of /tmp, with link=dynamic, with pages=4096, after "
		  "true 1");
}

static void is_wrong(const struct arm_ask *ask, const char *why)
{
	struct arm a;
	char *error = NULL;

	assert_true(arm_make('b', ask, "/", &a, &error) < 0);
	if (!strstr(error, why))
		fail_msg("\"%s\" lacks \"%s\"", error, why);
	free(error);
}

static void test_wrong(void **state)
{
	char *with[] = {(char *)"link=dynamic", (char *)"pages"};
	char *list[] = {(char *)"pages=1,2"};

	(void)state;
	is_wrong(&(struct arm_ask){.prefix = "a | b"}, "--b: a | b: ");
	is_wrong(&(struct arm_ask){.prefix = "env", .before = "no-such-command-here"},
		 "--b-before: no-such-command-here: ");
	is_wrong(&(struct arm_ask){.benches = "/no/such"}, "--b-benches: /no/such: ");
	is_wrong(&(struct arm_ask){.with = with, .nwith = 2}, "--b-with: pages: ");
	is_wrong(&(struct arm_ask){.with = list, .nwith = 1}, "one PARAM=VALUE");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),   cmocka_unit_test(test_refused),
		cmocka_unit_test(test_missing), cmocka_unit_test(test_path),
		cmocka_unit_test(test_texts),   cmocka_unit_test(test_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
