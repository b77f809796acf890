/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers as JUnit XML, as Jenkins and GitLab read it: what they do not show of an
 * attribute stands in the text as well. */
#include <math.h>
#include <stdlib.h>

#include "answers.h"
#include "answers_words.h"
#include "html.h"
#include "util.h"

static void attribute(FILE *to, const char *name, const char *text)
{
	fprintf(to, " %s=\"", name);
	html_text(to, text);
	putc('"', to);
}

static void property(FILE *to, const char *name, const char *text)
{
	if (!text)
		return;
	fputs("   <property", to);
	attribute(to, "name", name);
	attribute(to, "value", text);
	fputs("/>\n", to);
}

static void number(FILE *to, const char *name, double x)
{
	char text[32];

	snprintf(text, sizeof(text), "%g", x);
	property(to, name, text);
}

static void properties(FILE *to, const struct answers *a)
{
	fputs("  <properties>\n", to);
	property(to, "base", a->base_name);
	property(to, "new", a->fresh_name);
	number(to, "alpha", a->alpha);
	number(to, "margin", a->margin);
	property(to, "rate", a->rate);
	for (size_t i = 0; i < a->nremarks; i++)
		property(to, "remark", a->remarks[i]);
	fputs("  </properties>\n", to);
}

/* What a reader of tests is told: nothing of what passed. */
static const char *outcome(const struct answer *v)
{
	switch (v->kind) {
	case ANSWER_REGRESSED:
	case ANSWER_FAILED:
		return "failure";
	case ANSWER_INCONCLUSIVE:
	case ANSWER_UNMEASURED:
		return "skipped";
	default:
		return NULL;
	}
}

/* Text of an element. */
static void told(FILE *to, const char *sentence, const char *note)
{
	html_text(to, sentence);
	if (note) {
		putc('\n', to);
		html_text(to, note);
	}
}

/* Packages and classes, for those who sort tests by them; a case may be in the reports of
 * several commands. */
static void classname(FILE *to, const struct answers *a, const struct answer *v)
{
	char *text =
		xformat("lwpbench.%s.%s", a->command, v->family ? v->family : "cases");

	attribute(to, "classname", text);
	free(text);
}

static void testcase(FILE *to, const struct answers *a, const struct answer *v)
{
	const char *element = outcome(v);
	char *sentence = answer_sentence(a, v);

	fputs("  <testcase", to);
	classname(to, a, v);
	attribute(to, "name", v->text);
	if (!isnan(v->seconds))
		fprintf(to, " time=\"%.3f\"", v->seconds);
	fputs(">\n", to);
	if (element) {
		fprintf(to, "   <%s", element);
		attribute(to, "message",
			  isnan(v->ratio.value) && v->note ? v->note : sentence);
		if (v->kind == ANSWER_REGRESSED || v->kind == ANSWER_FAILED)
			attribute(to, "type", answer_name(v->kind));
		putc('>', to);
		told(to, sentence, v->note);
		fprintf(to, "</%s>\n", element);
	} else {
		fputs("   <system-out>", to);
		told(to, sentence, v->note);
		fputs("</system-out>\n", to);
	}
	fputs("  </testcase>\n", to);
	free(sentence);
}

static double seconds(const struct answers *a)
{
	double sum = 0;

	for (size_t i = 0; i < a->n; i++)
		if (!isnan(a->v[i].seconds))
			sum += a->v[i].seconds;
	return sum;
}

/* All that the suite and the file have in common. */
static void totals(FILE *to, const struct answers *a)
{
	fprintf(to, " tests=\"%zu\" failures=\"%zu\" errors=\"0\"", a->n,
		answers_count(a, ANSWER_REGRESSED) + answers_count(a, ANSWER_FAILED));
	fprintf(to, " skipped=\"%zu\" time=\"%.3f\">\n",
		answers_count(a, ANSWER_INCONCLUSIVE) +
			answers_count(a, ANSWER_UNMEASURED),
		seconds(a));
}

void answers_junit(FILE *to, const struct answers *a)
{
	char *name = xformat("lwpbench %s", a->command);

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", to);
	attribute(to, "name", name);
	totals(to, a);
	fputs(" <testsuite", to);
	attribute(to, "name", name);
	totals(to, a);
	properties(to, a);
	for (size_t i = 0; i < a->n; i++)
		testcase(to, a, &a->v[i]);
	fputs(" </testsuite>\n</testsuites>\n", to);
	free(name);
}
