/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts as Markdown: nothing in them has a meaning, and they can still be read. What a
 * renderer makes of each is told by the GitHub Flavored Markdown Spec 0.29, but for
 * mentions, references and emoji, which are looked for in what is rendered already, so
 * that only a character between helps.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "markdown.h"
#include "sheet.h"
#include "util.h"

/* Zero width space. */
#define APART "\u200b"

static void expect(void (*write)(FILE *to, const char *text), const char *text,
		   const char *wanted)
{
	char *got = NULL;
	size_t size;
	FILE *to = xmemstream(&got, &size);

	write(to, text);
	fclose(to);
	assert_string_equal(got, wanted);
	free(got);
}

static void test_texts_have_no_meaning(void **state)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{"", ""},
		{"plain text, 5.2 % (µs) - a+b!", "plain text, 5.2 % (µs) - a+b!"},
		{"*a* _b_ ~~c~~ [d](e) ![f](g)",
		 "\\*a\\* \\_b\\_ \\~\\~" APART "c\\~\\~ \\[d\\](e) !\\[f\\](g)"},
		{"<b>&lt;<!--", "&lt;b&gt;&amp;" APART "lt;&lt;!--"},
		{"a|b\\|c", "a\\|b\\\\\\|c"},
		{"$x$", "\\$" APART "x\\$"},
		{"two\nlines\tof it", "two lines of it"},
		{"  blanks ", "blanks"},
		{"\x1b[31m\xff", "\ufffd\\[31m\ufffd"},
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		expect(markdown_text, cases[i].text, cases[i].wanted);
}

static void test_nobody_is_mentioned_and_nothing_linked(void **state)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{"@someone a@b.c @", "@" APART "someone a@" APART "b.c @"},
		{"#12 !12 %12 ~bug",
		 "\\#" APART "12 !" APART "12 %" APART "12 \\~" APART "bug"},
		{":tada: :+1: 12:30: x", ":" APART "tada: :" APART "+1: 12:30: x"},
		{"https://a.b", "https:" APART "//a.b"},
		{"www.a.b WWW.a.b", "www" APART ".a.b WWW" APART ".a.b"},
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		expect(markdown_text, cases[i].text, cases[i].wanted);
}

static void test_code_remains_code(void **state)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{"see `a_b <c> @d` there", "see `a_b <c> @d` there"},
		/* Code knows no escapes, and a table cuts it at a pipe. */
		{"`a|b` `a\\`", "\\`a\\|b\\` \\`a\\\\\\`"},
		{"``a`` `b", "\\`\\`a\\`\\` \\`b"},
		{"` a` `a ` ``", "\\` a\\` \\`a \\` \\`\\`"},
		{"`a``b`", "\\`a\\`\\`b\\`"},
		{"`a\nb`", "\\`a b\\`"},
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		expect(markdown_text, cases[i].text, cases[i].wanted);
	expect(markdown_code, "fork/pages=4096", "`fork/pages=4096`");
	expect(markdown_code, "<x>&@y*", "`<x>&@y*`");
	expect(markdown_code, "a|b*", "a\\|b\\*");
	expect(markdown_code, "a`b", "a\\`b");
	expect(markdown_code, "- a", "`- a`");
	expect(markdown_code, "- a|", "\\- a\\|");
	expect(markdown_code, "", "");
}

static void test_a_paragraph_is_one(void **state)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{"- a", "\\- a"},     {"+ a", "\\+ a"},
		{"12. a", "12\\. a"}, {"1) a", "1\\) a"},
		{"12 a", "12 a"},     {"1.5 a", "1\\.5 a"},
		{"# a", "\\# a"},     {"> a", "&gt; a"},
		{"    a", "a"},       {"a - b 1. c", "a - b 1. c"},
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		expect(markdown_paragraph, cases[i].text, cases[i].wanted);
}

static void test_sheets(void **state)
{
	char *got = NULL;
	size_t size;
	struct sheet s = {
		.to = xmemstream(&got, &size), .kind = SHEET_MARKDOWN, .room = 5};

	(void)state;
	sheet_head(&s, "a *b*");
	sheet_line(&s, "%d. a long line", 1);
	sheet_gap(&s);
	sheet_fold(&s, "1 < 2 *");
	sheet_item(&s, "t_m", "what it is");
	sheet_unfold(&s);
	fclose(s.to);
	assert_string_equal(got, "### a \\*b\\*\n\n"
				 "1\\. a long line\n\n"
				 "<details><summary>1 &lt; 2 *</summary>\n\n"
				 "**t\\_m** what it is\n\n"
				 "</details>\n\n");
	free(got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts_have_no_meaning),
		cmocka_unit_test(test_nobody_is_mentioned_and_nothing_linked),
		cmocka_unit_test(test_code_remains_code),
		cmocka_unit_test(test_a_paragraph_is_one),
		cmocka_unit_test(test_sheets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
