/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The glossary: each word once, and the same in the README. Runs in the project's folder.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"
#include "words.h"

static void test_each_once(void **state)
{
	(void)state;
	assert_non_null(words[0].word);
	for (const struct word *w = words; w->word; w++) {
		assert_true(*w->word && *w->meaning);
		/* It goes on where "WORD: " has begun. */
		assert_false(isupper((unsigned char)*w->meaning));
		assert_int_not_equal(w->meaning[strlen(w->meaning) - 1], '.');
		for (const struct word *other = words; other != w; other++)
			assert_string_not_equal(w->word, other->word);
	}
}

/* From its title to that of the next section; the caller frees. */
static char *section(const char *text, const char *title)
{
	const char *from = strstr(text, title);

	assert_non_null(from);
	const char *to = strstr(from + 1, "\n## ");
	return to ? strndup(from, (size_t)(to - from)) : strdup(from);
}

/* All of them in the same order, and no other. */
static void test_readme_has_the_same(void **state)
{
	char *text = NULL, *listed = NULL;

	(void)state;
	if (read_file("README.md", &text, NULL) != 0)
		skip();
	listed = section(text, "\n## Words\n");
	const char *at = strstr(listed, "\n- ");
	for (const struct word *w = words; w->word; w++) {
		char *line = xformat("\n- **%s**: %s\n", w->word, w->meaning);

		assert_non_null(at);
		if (strncmp(at, line, strlen(line)) != 0)
			fail_msg("README.md lacks, or has elsewhere:%s", line);
		at = strstr(at + 1, "\n- ");
		free(line);
	}
	assert_null(at);
	free(listed);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_once),
		cmocka_unit_test(test_readme_has_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
