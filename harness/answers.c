/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was answered, counted, and put where it was asked for. */
#include "answers.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

static const char *const names[] = {
	[ANSWER_INCONCLUSIVE] = "inconclusive", [ANSWER_EQUIVALENT] = "equivalent",
	[ANSWER_IMPROVED] = "improved",         [ANSWER_REGRESSED] = "regressed",
	[ANSWER_UNMEASURED] = "unmeasured",     [ANSWER_FAILED] = "failed",
	[ANSWER_UNCHANGED] = "unchanged",
};

const char *answer_name(enum answer_kind kind)
{
	return names[kind];
}

void answers_remark(struct answers *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	a->remarks = xrealloc(a->remarks, a->nremarks + 1, sizeof(*a->remarks));
	a->remarks[a->nremarks++] = xvformat(fmt, ap);
	va_end(ap);
}

struct answer *answers_add(struct answers *a, const char *text)
{
	a->v = xrealloc(a->v, a->n + 1, sizeof(*a->v));
	struct answer *v = &a->v[a->n++];

	*v = (struct answer){
		.text = xstrdup(text),
		.base = NAN,
		.fresh = NAN,
		.ratio = {.value = NAN, .lo = NAN, .hi = NAN},
		.seconds = NAN,
	};
	return v;
}

size_t answers_count(const struct answers *a, enum answer_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++)
		n += a->v[i].kind == kind;
	return n;
}

int answers_status(const struct answers *a)
{
	if (answers_count(a, ANSWER_REGRESSED) || answers_count(a, ANSWER_FAILED))
		return EXIT_REGRESSION;
	if (answers_count(a, ANSWER_UNMEASURED) == a->n)
		return EXIT_UNMEASURED;
	return answers_count(a, ANSWER_EQUIVALENT) || answers_count(a, ANSWER_IMPROVED) ||
			       answers_count(a, ANSWER_UNCHANGED)
		       ? EXIT_OK
		       : EXIT_UNJUDGED;
}

void answers_free(struct answers *a)
{
	for (size_t i = 0; i < a->n; i++) {
		free(a->v[i].text);
		free(a->v[i].family);
		free(a->v[i].unit);
		free(a->v[i].note);
	}
	for (size_t i = 0; i < a->nremarks; i++)
		free(a->remarks[i]);
	free(a->v);
	free(a->remarks);
	free(a->command);
	free(a->base_name);
	free(a->fresh_name);
	free(a->rate);
	*a = (struct answers){0};
}

static void as_markdown(FILE *to, const struct answers *a)
{
	const struct sheet sheet = {.to = to, .kind = SHEET_MARKDOWN};

	answers_show(&sheet, a, false);
}

/* Nowhere for NULL; main() looks after standard output. */
static int deliver(const char *path, void (*write)(FILE *to, const struct answers *a),
		   const struct answers *a)
{
	char *text = NULL;
	size_t size;
	int err = 0;

	if (!path)
		return 0;
	FILE *f = xmemstream(&text, &size);
	write(f, a);
	fclose(f);
	if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0)
		fwrite(text, 1, size, stdout);
	else
		err = put_file(path, text, size);
	free(text);
	return err;
}

int answers_write(const struct answers *a, const struct answers_files *files,
		  const char **bad)
{
	const struct {
		const char *path;
		void (*write)(FILE *to, const struct answers *a);
	} all[] = {
		{files->json, answers_json},
		{files->junit, answers_junit},
		{files->markdown, as_markdown},
	};
	int err = 0;

	/* What can be written is, whatever became of another. */
	for (size_t i = 0; i < countof(all); i++) {
		int wrong = deliver(all[i].path, all[i].write, a);

		if (wrong && !err) {
			err = wrong;
			*bad = all[i].path;
		}
	}
	return err;
}
