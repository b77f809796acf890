/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes into a page: texts that stay texts, tables, sentences, and pictures of which
 * only harmless elements get through.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "sheet.h"
#include "svg.h"
#include "table.h"
#include "util.h"

/* What a text becomes in a page. */
static void expect_text(const char *text, const char *wanted)
{
	char *got = NULL;
	size_t size;
	FILE *to = xmemstream(&got, &size);

	html_text(to, text);
	fclose(to);
	assert_string_equal(got, wanted);
	free(got);
}

static void test_texts_have_no_meaning(void **state)
{
	(void)state;
	expect_text("", "");
	expect_text("a\tb\nc", "a\tb\nc");
	expect_text("<b onload='x'>\"&amp;\"",
		    "&lt;b onload=&#39;x&#39;&gt;&quot;&amp;amp;&quot;");
	expect_text("]]>", "]]&gt;");
	expect_text("µ – × 日 😀", "µ – × 日 😀");
}

/* Controls are C0, DEL and C1 (Unicode, section 23.1); marks that turn the direction of
 * text are those of the Unicode Bidirectional Algorithm, section 2. */
static void test_controls_are_replaced(void **state)
{
	(void)state;
	expect_text("\x01\x1b\r\x7f", "\ufffd\ufffd\ufffd\ufffd");
	/* What XML has no room for, though it is UTF-8 (XML 1.0, section 2.2). */
	expect_text("\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbc", "\ufffd\ufffd\ufffc");
	expect_text("\xc2\x80\xc2\x9f", "\ufffd\ufffd");
	expect_text("\xc2\xa0", "\xc2\xa0");
	// NOLINTNEXTLINE(misc-misleading-bidirectional) ; that is what they are for
	expect_text("\xe2\x80\x8e\xe2\x80\x8f\xe2\x80\xaa\xe2\x80\xae\xe2\x81\xa6\xe2\x81"
		    "\xa9",
		    "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd");
	expect_text("\u200d\u2029\u202f\u2065\u206a", "\u200d\u2029\u202f\u2065\u206a");
}

/* Sequences of table 3-8 of The Unicode Standard, section 3.9, and their replacement. */
static void test_bad_utf8_is_replaced(void **state)
{
	(void)state;
	expect_text("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41",
		    "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"
		    "A");
	expect_text("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", "\ufffd\ufffd\ufffd\ufffd"
							    "A");
	expect_text("\xed\xa0\x80", "\ufffd\ufffd\ufffd");
	expect_text("x\xe1\x80", "x\ufffd");
}

static void test_tables(void **state)
{
	static const char *const heads[] = {"<name & all", "µs"};
	char *got = NULL;
	size_t size;
	struct sheet s = {.to = xmemstream(&got, &size), .kind = SHEET_HTML, .room = 5};
	struct table t;

	(void)state;
	table_init(&t, 2, heads, s.room);
	table_row(&t);
	table_cell(&t, 0, "a <long> name that has no room");
	table_cell(&t, 1, "1.23");
	table_note(&t, "said <so>");
	table_note(&t, "and so");
	sheet_table(&s, &t);
	sheet_gap(&s);
	sheet_line(&s, "%d < 2", 1);
	sheet_item(&s, "<t>", "what \"it\" is");
	fclose(s.to);
	assert_string_equal(
		got, "<div class=\"table\" role=\"region\" tabindex=\"0\" "
		     "aria-label=\"name &amp; all\"><table>\n<thead>\n"
		     "<tr><th scope=\"col\">name &amp; all</th><th scope=\"col\" "
		     "class=\"n\">µs</th></tr>\n</thead>\n<tbody>\n"
		     "<tr><th scope=\"row\">a &lt;long&gt; name that has no room</th>"
		     "<td class=\"n\">1.23</td></tr>\n"
		     "<tr class=\"note\"><td colspan=\"2\">said &lt;so&gt;<br/>and "
		     "so</td></tr>\n"
		     "</tbody>\n</table></div>\n<p>1 &lt; 2</p>\n"
		     "<p class=\"item\"><b>&lt;t&gt;</b> what &quot;it&quot; is</p>\n");
	free(got);
	table_free(&t);
}

/* What a picture becomes, or NULL with the error in *err; caller frees. */
static char *put(const char *svg, int *err)
{
	char *got = NULL;
	size_t size;
	FILE *to = xmemstream(&got, &size);

	*err = svg_put(to, svg, "a <title>");
	fclose(to);
	if (!*err)
		return got;
	free(got);
	return NULL;
}

static void test_pictures(void **state)
{
	static const char svg[] =
		"<?xml version=\"1.0\"?>\n<svg\n width=\"9\" height=\"8\"\n "
		"viewBox=\"0 0 9 8\" xmlns=\"http://www.w3.org/2000/svg\">\n"
		"<title>Gnuplot</title>\n<desc>by <b>it</b></desc>\n"
		"<g id=\"x-gnuplot_canvas\">\n"
		"<rect x=\"0\" y=\"0\" width=\"9\" height=\"8\" fill=\"#ffffff\"/>\n"
		"<defs><circle id='x-dot' r='1' /></defs>\n"
		"<use xlink:href='#x-dot' fill = \"url(#x-f)\"/><title>part</title>\n"
		"<text xml:space=\"preserve\">1 &lt; 2 &amp;&amp; 3 > 2 &#60;</text>"
		"</g></svg>\n";
	int err;
	char *got = put(svg, &err);

	(void)state;
	assert_int_equal(err, 0);
	assert_string_equal(got, "<svg viewBox=\"0 0 9 8\" role=\"img\" "
				 "aria-label=\"a &lt;title&gt;\"><g>"
				 "<defs><circle id=\"x-dot\" r=\"1\"/></defs>"
				 "<use href=\"#x-dot\" fill=\"url(#x-f)\"/>"
				 "<text>1 &lt; 2 &amp;&amp; 3 &gt; 2 &amp;#60;</text>"
				 "</g></svg>");
	free(got);
}

static void test_odd_pictures_are_refused(void **state)
{
	static const char *const inside[] = {
		"<script>x</script>",
		"<SCRIPT>x</SCRIPT>",
		"<a href=\"#x\">x</a>",
		"<image href=\"#x\"/>",
		"<foreignObject></foreignObject>",
		"<style>*{}</style>",
		"<g onload=\"x\"/>",
		"<g style=\"fill:url(x)\"/>",
		"<use href=\"x.svg#y\"/>",
		"<use href=\"\"/>",
		"<use xlink:href=\"javascript:x\"/>",
		"<g fill=\"url(http://x)\"/>",
		"<g fill=\"url(#a) url(b)\"/>",
		"<g fill=\"URL(http://x)\"/>",
		"<g fill=x/>",
		"<g fill",
		"<g fill=\"",
		"<g fill=\"x\"",
		"<g /x>",
		"<g",
		"<",
		"< g>",
		"<!-- x -->",
		"<![CDATA[x]]>",
		"<?x?>",
		"<title>for ever",
	};
	static const char *const roots[] = {
		"",
		"text",
		"<svg>",
		"<svg viewBox=\"0 0 x 1\">",
		"<svg viewBox=\"0 0 1 1\"",
		"<svg><g viewBox=\"0 0 1 1\"/>",
	};
	int err;

	(void)state;
	for (size_t i = 0; i < countof(inside); i++) {
		char *svg = xformat("<svg viewBox=\"0 0 1 1\">%s", inside[i]);

		assert_null(put(svg, &err));
		assert_int_equal(err, -EINVAL);
		free(svg);
	}
	for (size_t i = 0; i < countof(roots); i++) {
		assert_null(put(roots[i], &err));
		assert_int_equal(err, -EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts_have_no_meaning),
		cmocka_unit_test(test_controls_are_replaced),
		cmocka_unit_test(test_bad_utf8_is_replaced),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_pictures),
		cmocka_unit_test(test_odd_pictures_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
