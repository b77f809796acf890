/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that is made of a record for people and for others' programs. Every text of the
 * record is one of the input's, which are parted by bytes of 0; what comes out is held to
 * what its readers are safe with. */
#include <ctype.h>

#include "fuzz.h"

#include "../../harness/answers.h"
#include "../../harness/cases.h"
#include "../../harness/claims.h"
#include "../../harness/compare.h"
#include "../../harness/export.h"
#include "../../harness/json.h"
#include "../../harness/plain.h"
#include "../../harness/plot_data.h"
#include "../../harness/report.h"
#include "../../harness/show.h"

enum { CASES = 24, REPS = 6 };

/* ---- a record of the input's texts */

struct words {
	const char *data;
	size_t size, at;
};

static char *word(struct words *w)
{
	if (w->at >= w->size)
		w->at = 0;
	size_t len = strnlen(w->data + w->at, w->size - w->at);
	char *text = xstrndup(w->data + w->at, len);

	w->at += len + 1;
	return text;
}

static void add_rep(struct kase *k, unsigned block)
{
	struct rep rep = {.block = block,
			  .batch = 1,
			  .scale = 1,
			  .ladder = strcmp(k->unit, "bytes/task") == 0,
			  .bytes = strcmp(k->unit, "bytes/s") == 0,
			  .nrows = 2,
			  .width = 1 + k->ngauges};

	rep.rows = xcalloc(rep.nrows * rep.width, sizeof(*rep.rows));
	for (size_t i = 0; i < rep.nrows * rep.width; i++)
		rep.rows[i] = 1000 + 100 * i + block;
	reps_add(&k->time, &rep);
}

/* A count of events, of which the second could not be had. */
static void add_count(struct kase *k, struct words *w)
{
	struct rep rep = {.batch = 1, .scale = 1, .nrows = 1, .width = 6};

	rep.rows = xcalloc(rep.width, sizeof(*rep.rows));
	rep.rows[0] = rep.rows[1] = rep.rows[2] = 5;
	reps_add(&k->counts, &rep);
	k->nevents = 2;
	k->events = xcalloc(k->nevents, sizeof(*k->events));
	k->events[0] = (struct event){word(w), word(w), NULL};
	k->events[1] = (struct event){word(w), word(w), word(w)};
}

static void add_phase(struct kase *k, struct words *w)
{
	struct rep rep = {.batch = 1, .scale = 1, .nrows = 1, .width = 3};

	rep.rows = xcalloc(rep.width, sizeof(*rep.rows));
	rep.rows[0] = 1000;
	rep.rows[1] = 500;
	reps_add(&k->phases, &rep);
	k->nphases = 1;
	k->phase_names = xcalloc(1, sizeof(char *));
	k->phase_names[0] = word(w);
}

static char *case_text(size_t i, struct words *w)
{
	static const char *const known[] = {"fork", "pthread_create", "posix_spawn",
					    "switch_pipe", "switch_pipe/task=thread"};
	char *text = word(w), *all;

	/* Some sentences speak of these alone. */
	if (i < countof(known))
		all = xstrdup(known[i]);
	else
		all = xformat("%s/%zu", text, i);
	free(text);
	return all;
}

static void fill_case(struct record *r, size_t i, struct words *w)
{
	static const char *const families[] = {
		"creation",  "creation",  "exec",    "switch", "switch",
		"message",   "lock",      "program", "memory", "cow",
		"namespace", "bandwidth", "together"};
	static const char *const names[] = {"task", "pages", "flags", "size"};
	const char *family = families[i % countof(families)];
	struct kase *k = &r->cases[r->ncases++];
	char *own = word(w);

	*k = (struct kase){.text = case_text(i, w),
			   .bench = word(w),
			   .brief = word(w),
			   .family = *own == 'f' ? own : xstrdup(family),
			   .floor = xstrdup(i ? r->cases[i - 1].text : ""),
			   .base = xstrdup(i ? r->cases[0].text : ""),
			   .unit = xstrdup(i % 13 == 11  ? "bytes/s"
					   : i % 13 == 8 ? "bytes/task"
					   : i == 23     ? own
							 : "ns/op"),
			   .status = i % 7 == 6 ? STATUS_FAILED : STATUS_OK,
			   .reason = word(w),
			   .note = word(w),
			   .tool = i % 13 == 7 ? xstrdup("hyperfine") : NULL};
	if (k->family != own)
		free(own);
	k->params = xcalloc(countof(names) + 1, sizeof(*k->params));
	for (; k->nparams < countof(names); k->nparams++)
		k->params[k->nparams] =
			(struct pair){xstrdup(names[k->nparams]), word(w)};
	free(k->params[0].value);
	k->params[0].value = xstrdup(i % 2 ? "process" : "thread");
	k->params[k->nparams++] = (struct pair){word(w), word(w)};
	k->ngauges = 2;
	k->gauges = xcalloc(k->ngauges, sizeof(*k->gauges));
	for (size_t g = 0; g < k->ngauges; g++)
		k->gauges[g] = (struct gauge){word(w), word(w), word(w)};
	if (k->status != STATUS_OK)
		return;
	for (unsigned block = 0; block < REPS; block++)
		add_rep(k, block);
	add_phase(k, w);
	add_count(k, w);
}

static void fill(struct record *r, struct words *w)
{
	static const char *const facts[] = {"host.name", "cpu.model", "kernel.release",
					    "cpu.governor", "kernel.thp"};

	*r = (struct record){.version = word(w),
			     .started = word(w),
			     .suite = word(w),
			     .command = word(w),
			     .precision = 0.02,
			     .passes = 7,
			     .blocks = REPS};
	for (size_t i = 0; i < countof(facts); i++) {
		char *value = word(w);

		facts_add(&r->host, facts[i], value, NULL);
		free(value);
	}
	char *name = word(w), *value = word(w);
	facts_add(&r->host, name, value, NULL);
	facts_add(&r->host, value, NULL, name);
	record_warn(r, "%s", value);
	free(name);
	free(value);
	r->cases = xcalloc(CASES, sizeof(*r->cases));
	for (size_t i = 0; i < CASES; i++)
		fill_case(r, i, w);
}

/* ---- what may come out */

static void wrong(const char *what, const char *at)
{
	fprintf(stderr, "%s: %.200s\n", what, at);
	abort();
}

/* Valid UTF-8 without anything that a terminal obeys. */
static void check_plain(const char *text, const char *what)
{
	for (const char *s = text, *as; *s;) {
		size_t n = plain_character(s, &as);

		if (as && strncmp(s, as, n) != 0 && *s != '\r')
			wrong(what, s);
		s += n;
	}
}

static bool begins(const char *text, const char *const words[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(words[i]);

		if (strncmp(text, words[i], len) == 0 &&
		    !isalnum((unsigned char)text[len]))
			return true;
	}
	return false;
}

static void check_page(const char *text)
{
	static const char *const tags[] = {
		"!DOCTYPE", "html", "head", "meta",    "title",  "style",     "body",
		"header",   "nav",  "main", "section", "h1",     "h2",        "h3",
		"p",        "b",    "ul",   "li",      "a",      "table",     "thead",
		"tbody",    "tr",   "th",   "td",      "div",    "br",        "details",
		"summary",  "dl",   "dt",   "dd",      "figure", "figcaption"};

	check_plain(text, "page");
	for (const char *s = text; (s = strchr(s, '<')); s++) {
		const char *end = strpbrk(s + 1, "<>");

		if (!begins(s + 1 + (s[1] == '/'), tags, countof(tags)) || !end ||
		    *end == '<')
			wrong("tag", s);
		/* Of quotes there are pairs: an attribute is what we wrote. */
		size_t quotes = 0;
		for (const char *q = s; q < end; q++)
			quotes += *q == '"';
		if (quotes % 2)
			wrong("quotes", s);
	}
}

static void check_markdown(const char *text)
{
	static const char *const tags[] = {"details", "summary"};
	bool code = false;

	check_plain(text, "markdown");
	for (const char *s = text; *s; s++) {
		/* Nothing has a meaning in code, which ends in its line. */
		if (*s == '\\' && !code && s[1])
			s++;
		else if (*s == '`')
			code = !code;
		if (*s == '\n' && code)
			wrong("markdown code", s);
		if (*s == '<' && !code &&
		    !begins(s + 1 + (s[1] == '/'), tags, countof(tags)))
			wrong("markdown tag", s);
	}
}

/* A data file for gnuplot: our own comments, names of blocks, rows of columns. */
static void check_data(const char *text)
{
	check_plain(text, "data");
	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n");
		const char *quote = memchr(line, '"', len);

		if (memchr(line, '\\', len) ||
		    (quote && (quote != line ||
			       memchr(quote + 1, '"', len - 1) != line + len - 1)))
			wrong("data line", line);
		line += len + (line[len] == '\n');
	}
}

/* No field that is no number begins as a formula does. */
static void check_csv(const char *text)
{
	bool quoted = false, begin = true;
	char *end;

	check_plain(text, "csv");
	for (const char *s = text; *s; s++) {
		if (begin && !quoted && *s == '"')
			quoted = true;
		else if (begin && strchr("=+-@", *s) &&
			 (quoted || (strtod(s, &end), !strchr(",\r\n", *end))))
			wrong("formula", s);
		else if (quoted && *s == '"')
			quoted = s[1] == '"' && s++;
		begin = (!quoted && strchr(",\n", *s)) ||
			(begin && quoted && *s == '"' &&
			 (s == text || s[-1] == ',' || s[-1] == '\n'));
	}
}

static void check_json(const char *text)
{
	struct json_reader in;
	struct json *v = json_parse(&in, text, strlen(text));

	check_plain(text, "json");
	if (!v)
		wrong(in.error, text);
	json_free(v);
}

static void check_export(const char *name, const char *text)
{
	if (strstr(name, "csv"))
		check_csv(text);
	else if (strcmp(name, "markdown") == 0)
		check_markdown(text);
	else if (*text == '{' || *text == '[')
		check_json(text);
	else
		check_plain(text, name);
}

/* ---- all that can be made of it */

static void each_family(const struct sheet *s, const struct record *r,
			void (*show)(const struct sheet *, const struct record *,
				     const char *))
{
	for (size_t i = 0; i < r->ncases; i++)
		show(s, r, r->cases[i].family);
}

static void show_all(const struct record *r, const struct answers *a,
		     const struct claims *claims, enum sheet_kind kind)
{
	char *text = NULL;
	size_t size;
	const struct sheet s = {
		.to = xmemstream(&text, &size), .kind = kind, .room = kind ? 0 : 60};
	struct judged *v = xcalloc(claims->n, sizeof(*v));

	each_family(&s, r, show_family);
	each_family(&s, r, show_phases);
	each_family(&s, r, show_gauges);
	each_family(&s, r, show_weight);
	each_family(&s, r, show_weight_legend);
	show_fits(&s, r);
	show_legend(&s, r);
	show_attribution(&s, r);
	show_events(&s, r);
	answers_show(&s, a, true);
	judge(r, claims, v);
	show_verdicts(&s, r, v, claims->n, true);
	judged_free(v, claims->n);
	free(v);
	fclose(s.to);
	if (kind == SHEET_TEXT)
		check_plain(text, "text");
	else if (kind == SHEET_HTML)
		check_page(text);
	else
		check_markdown(text);
	free(text);
}

static void report(const struct record *r)
{
	char *page = NULL, *error = NULL;
	size_t size;

	if (report_make(r, cases_counted(r) ? r : NULL, &page, &size, &error) == 0)
		check_page(page);
	free(page);
	free(error);
}

static void plot(const struct record *r)
{
	for (const struct picture *p = plot_pictures; p->name; p++) {
		char *text = NULL;
		size_t size;
		FILE *to = xmemstream(&text, &size);

		p->write(r, to);
		fclose(to);
		check_data(text);
		free(text);
	}
}

static void hand_on(const struct record *r, const struct answers *a)
{
	const struct export_job job = {.records = r, .n = 1};
	char *text = NULL;
	size_t size;

	for (size_t i = 0; export_formats[i]; i++) {
		FILE *to = xmemstream(&text, &size);

		export_formats[i]->write(to, &job);
		fclose(to);
		check_export(export_formats[i]->name, text);
		free(text);
	}
	FILE *to = xmemstream(&text, &size);
	answers_json(to, a);
	fclose(to);
	check_json(text);
	free(text);
	to = xmemstream(&text, &size);
	answers_junit(to, a);
	fclose(to);
	check_plain(text, "junit");
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char rules[] =
		"[a]\nsays: x\nrule: [fork] / [pthread_create] > 2\nsource: y\n";
	const struct compare_rule rule = {.alpha = 0.5, .margin = 0.02};
	struct words w = {.data = (const char *)data, .size = size};
	struct claims claims = {0};
	struct answers answers;
	struct record r;
	char *error = NULL;

	if (!size)
		return 0;
	/* No gnuplot is to be found. */
	setenv("PATH", "", 1);
	claims_parse(rules, "fuzz", &claims, &error);
	fill(&r, &w);
	compare(&r, 1, &r, 1, &rule, &answers);
	for (enum sheet_kind kind = SHEET_TEXT; kind <= SHEET_MARKDOWN; kind++)
		show_all(&r, &answers, &claims, kind);
	report(&r);
	plot(&r);
	hand_on(&r, &answers);
	answers_free(&answers);
	record_free(&r);
	claims_free(&claims);
	free(error);
	return 0;
}
