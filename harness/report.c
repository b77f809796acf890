/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page: its frame, its order, and its table of contents. */
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "host.h"
#include "html.h"
#include "plot_data.h"
#include "report_parts.h"
#include "show.h"
#include "svg.h"
#include "util.h"
#include "words.h"

enum { SHORT = 14 /* cases of a table that need not be folded */ };

/* What families are about, in the order of the page; others follow by their names. */
static const struct topic {
	const char *word, *title, *about;
} topics[] = {
	{"creation", "Making a task and being rid of it",
	 "From the call that makes the task until it has ended and is reaped."},
	{"exec", "Running another program",
	 "From the call until the program, which ends at once, is reaped."},
	{"cow", "The bill after a fork",
	 "The first write to a page, fresh or shared since a fork, costs a fault."},
	{"memory", "What an idle task weighs",
	 "How much more memory each further task takes, and where that lives."},
	{"together", "Many at the same time",
	 "One creator or several; one address space for all or one each."},
	{"switch", "From one task to the next",
	 "A hand-over: one task goes on where another stopped."},
	{"message", "A message from task to task",
	 "One message, one way: half a round trip."},
	{"bandwidth", "Bytes from task to task",
	 "Bytes per second, until the receiver has checked the last of them."},
	{"lock", "Taking and releasing a lock",
	 "One acquisition and release, of all tasks together."},
	{"program", "Whole programs",
	 "The same work, done in several ways from start to end."},
	{"floor", "What nothing can beat",
	 "The least that this machine charges for anything: the other figures' floors."},
};

/* A section, or a fold of one, while it is written: it may turn out to be empty. */
struct piece {
	FILE *outside;
	char *text;
	size_t size;
};

struct part {
	const char *title;
	char *id, *text;
};

struct page {
	struct sheet sheet; /* html */
	const struct record *r, *exact;
	struct pictures pictures;
	struct part *parts;
	size_t nparts;
	int err; /* the first one */
	char **error;
};

/* Families of one topic begin with the same word, as "program echo", "program copy". */
static size_t word_length(const char *family)
{
	return strcspn(family, " ");
}

static bool of_word(const char *family, const char *word)
{
	size_t n = word_length(family);

	return strncmp(family, word, n) == 0 && word_length(word) == n;
}

static const struct topic *find_topic(const char *family)
{
	for (size_t i = 0; i < countof(topics); i++)
		if (of_word(family, topics[i].word))
			return &topics[i];
	return NULL;
}

/* Whether no case before cases[i] is of its family's topic. */
static bool opens_topic(const struct record *r, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (of_word(r->cases[j].family, r->cases[i].family))
			return false;
	return true;
}

static void fail(struct page *p, int err, char *text)
{
	if (p->err) {
		free(text);
		return;
	}
	p->err = err;
	*p->error = text;
}

/* ---- pieces */

static void put_heading(const struct page *p, int level, const char *text)
{
	fprintf(p->sheet.to, "<h%d>", level);
	html_text(p->sheet.to, text);
	fprintf(p->sheet.to, "</h%d>\n", level);
}

static void open_piece(struct page *p, struct piece *piece)
{
	*piece = (struct piece){.outside = p->sheet.to};
	p->sheet.to = xmemstream(&piece->text, &piece->size);
}

/* Whether there is anything in it, which is then the caller's. */
static bool close_piece(struct page *p, struct piece *piece)
{
	if (fclose(p->sheet.to) != 0)
		fail(p, -errno, xformat("no page: %s", strerror(errno)));
	p->sheet.to = piece->outside;
	if (piece->size)
		return true;
	free(piece->text);
	return false;
}

/* An empty part is none. */
static void close_part(struct page *p, struct piece *piece, const char *id,
		       const char *title)
{
	if (!close_piece(p, piece))
		return;
	p->parts = xrealloc(p->parts, p->nparts + 1, sizeof(*p->parts));
	p->parts[p->nparts++] = (struct part){title, xstrdup(id), piece->text};
}

static void close_fold(struct page *p, struct piece *piece, bool open, const char *title)
{
	if (!close_piece(p, piece))
		return;
	fprintf(p->sheet.to, "<details%s><summary>", open ? " open=\"open\"" : "");
	html_text(p->sheet.to, title);
	fprintf(p->sheet.to, "</summary>\n%s</details>\n", piece->text);
	free(piece->text);
}

static void put_picture(struct page *p, size_t i)
{
	const struct picture *picture = &plot_pictures[i];

	fputs("<figure>\n<div class=\"picture\" role=\"region\" tabindex=\"0\" "
	      "aria-label=\"",
	      p->sheet.to);
	html_text(p->sheet.to, picture->title);
	fputs("\">", p->sheet.to);
	if (svg_put(p->sheet.to, p->pictures.svg[i], picture->title))
		fail(p, -EIO,
		     xformat("the picture %s holds what no picture of gnuplot's does",
			     picture->name));
	fputs("</div>\n<figcaption>", p->sheet.to);
	html_text(p->sheet.to, picture->title);
	fputs("</figcaption>\n</figure>\n", p->sheet.to);
}

static void put_pictures(struct page *p, const char *family)
{
	for (size_t i = 0; i < p->pictures.n; i++)
		if (p->pictures.svg[i] && of_word(plot_pictures[i].family, family))
			put_picture(p, i);
}

/* ---- families */

static size_t count_cases(const struct record *r, const char *family)
{
	size_t n = 0;

	for (size_t i = 0; i < r->ncases; i++)
		n += case_in_family(&r->cases[i], family);
	return n;
}

static void put_tables(struct page *p, const char *family)
{
	size_t n = count_cases(p->r, family);
	char *title = n == 1 ? xstrdup("The case in figures")
			     : xformat("The %zu cases in figures", n);
	struct piece piece;

	open_piece(p, &piece);
	show_family(&p->sheet, p->r, family);
	show_weight_legend(&p->sheet, p->r, family);
	close_fold(p, &piece, n <= SHORT, title);
	free(title);
}

/* The topic of the family whose first case is cases[first]. */
static void add_topic(struct page *p, size_t first)
{
	const struct record *r = p->r;
	const char *family = r->cases[first].family;
	const struct topic *topic = find_topic(family);
	bool alone = family[word_length(family)] == 0;
	char *id = xformat("family-%zu", first);
	struct piece piece;

	open_piece(p, &piece);
	if (topic)
		sheet_line(&p->sheet, "%s", topic->about);
	if (alone)
		report_sees(&p->sheet, r, family);
	put_pictures(p, family);
	for (size_t i = first; i < r->ncases; i++) {
		const char *one = r->cases[i].family;

		if (!of_word(one, family) || !case_opens_family(r, i))
			continue;
		if (!alone) {
			put_heading(p, 3, one);
			report_sees(&p->sheet, r, one);
		}
		put_tables(p, one);
	}
	close_part(p, &piece, id, topic ? topic->title : family);
	free(id);
}

/* All topics, known ones first. */
static void add_topics(struct page *p)
{
	const struct record *r = p->r;

	for (size_t t = 0; t < countof(topics); t++)
		for (size_t i = 0; i < r->ncases; i++)
			if (opens_topic(r, i) &&
			    find_topic(r->cases[i].family) == &topics[t])
				add_topic(p, i);
	for (size_t i = 0; i < r->ncases; i++)
		if (opens_topic(r, i) && !find_topic(r->cases[i].family))
			add_topic(p, i);
}

/* ---- the other parts */

static void add_part(struct page *p, const char *id, const char *title,
		     void (*show)(const struct sheet *, const struct record *))
{
	struct piece piece;

	open_piece(p, &piece);
	show(&p->sheet, p->r);
	close_part(p, &piece, id, title);
}

static void put_fold(struct page *p, const char *title,
		     void (*show)(const struct sheet *, const struct record *))
{
	struct piece piece;

	open_piece(p, &piece);
	show(&p->sheet, p->r);
	close_fold(p, &piece, false, title);
}

/* The same, of what is shown by family. */
static void put_family_fold(struct page *p, const char *title,
			    void (*show)(const struct sheet *, const struct record *,
					 const char *))
{
	struct piece piece;

	open_piece(p, &piece);
	for (size_t i = 0; i < p->r->ncases; i++)
		if (case_opens_family(p->r, i))
			show(&p->sheet, p->r, p->r->cases[i].family);
	close_fold(p, &piece, false, title);
}

static void add_troubles(struct page *p)
{
	struct piece piece;

	open_piece(p, &piece);
	report_troubles(&p->sheet, p->r);
	if (p->pictures.why)
		sheet_line(&p->sheet, "There are no pictures: %s.", p->pictures.why);
	close_part(p, &piece, "troubles", "What to be wary of");
}

static void add_machine(struct page *p, const char *machine)
{
	struct piece piece;

	open_piece(p, &piece);
	sheet_line(&p->sheet, "%s", machine);
	put_fold(p, "All that is known about it", report_known);
	put_fold(p, "What could not be found out, and why", report_unknown);
	close_part(p, &piece, "machine", "The machine");
}

static void add_more(struct page *p)
{
	struct piece piece;

	open_piece(p, &piece);
	put_fold(p, "Every case", report_cases);
	put_family_fold(p, "When each phase was reached", show_phases);
	put_family_fold(p, "What was taken beside the time", show_gauges);
	put_fold(p, "Counters", show_events);
	close_part(p, &piece, "more", "More tables");
}

static void add_verdicts(struct page *p)
{
	struct verdicts v;
	struct piece piece, fold;

	report_judge(p->r, &v);
	open_piece(p, &piece);
	if (report_any_figure(&v)) {
		char *counts = show_verdict_counts(v.v, v.n);

		sheet_line(&p->sheet, "Of %zu claims %s.", v.n, counts);
		free(counts);
		report_decided(&p->sheet, &v);
		open_piece(p, &fold);
		show_verdicts(&p->sheet, p->r, v.v, v.n, false);
		close_fold(p, &fold, false, "Every claim, its rule, and why");
	} else if (v.why) {
		sheet_line(&p->sheet, "There are no claims to judge: %s", v.why);
	}
	close_part(p, &piece, "verdicts", "What people claim, and what holds here");
	verdicts_free(&v);
}

/* Where there is none the part stays empty. */
static void show_shares(const struct sheet *s, const struct record *r)
{
	show_attribution(s, r);
}

static void show_glossary(const struct sheet *s, const struct record *r)
{
	(void)r;
	for (const struct word *w = words; w->word; w++)
		sheet_item(s, w->word, w->meaning);
}

static void add_exact(struct page *p)
{
	struct piece piece;

	open_piece(p, &piece);
	if (p->exact)
		report_exact(&p->sheet, p->r, p->exact);
	close_part(p, &piece, "exact", "Time and instructions");
}

static void add_parts(struct page *p, const char *machine)
{
	add_part(p, "answer", "The answer", report_answer);
	add_verdicts(p);
	add_topics(p);
	add_exact(p);
	add_part(p, "flags", "Which flag makes the difference", show_shares);
	add_part(p, "size", "Cost against size", show_fits);
	add_troubles(p);
	add_machine(p, machine);
	add_part(p, "method", "How it was measured", report_method);
	add_part(p, "reading", "How to read the tables", show_legend);
	add_part(p, "words", "Words", show_glossary);
	add_more(p);
}

/* ---- the page */

static void put_style(struct page *p)
{
	char *path = find_own("plots/report.css"), *css = NULL;

	if (path && read_file(path, &css, NULL) == 0)
		fprintf(p->sheet.to, "<style>\n%s</style>\n", css);
	else
		fail(p, -EIO, xstrdup("plots/report.css is missing: install again"));
	free(path);
	free(css);
}

static void put_head(struct page *p, const char *machine)
{
	FILE *to = p->sheet.to;

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
	      "<meta name=\"viewport\" content=\"width=device-width, "
	      "initial-scale=1\"/>\n"
	      "<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>What a task "
	      "costs: ",
	      to);
	html_text(to, machine);
	fputs("</title>\n", to);
	put_style(p);
	fputs("</head>\n<body>\n<header>\n<h1>What a task costs</h1>\n", to);
	sheet_line(&p->sheet, "%s", machine);
	if (cases_counted(p->r))
		sheet_line(&p->sheet, "Instructions of an operation, user's and kernel's "
				      "together; this is not time.");
	sheet_line(&p->sheet, "%s, suite %s, lwpbench %s%s", p->r->started,
		   p->r->suite ? p->r->suite : "none", p->r->version,
		   p->r->complete ? "" : ", incomplete");
	fputs("</header>\n", to);
}

static void put_parts(const struct page *p)
{
	FILE *to = p->sheet.to;

	fputs("<nav aria-label=\"Contents\">\n<ul>\n", to);
	for (size_t i = 0; i < p->nparts; i++) {
		fprintf(to, "<li><a href=\"#%s\">", p->parts[i].id);
		html_text(to, p->parts[i].title);
		fputs("</a></li>\n", to);
	}
	fputs("</ul>\n</nav>\n<main>\n", to);
	for (size_t i = 0; i < p->nparts; i++) {
		fprintf(to, "<section id=\"%s\">\n", p->parts[i].id);
		put_heading(p, 2, p->parts[i].title);
		fprintf(to, "%s</section>\n", p->parts[i].text);
	}
	fputs("</main>\n</body>\n</html>\n", to);
}

static void free_page(struct page *p)
{
	for (size_t i = 0; i < p->nparts; i++) {
		free(p->parts[i].id);
		free(p->parts[i].text);
	}
	free(p->parts);
	pictures_free(&p->pictures);
}

int report_make(const struct record *r, const struct record *exact, char **page,
		size_t *size, char **error)
{
	struct page p = {
		.sheet = {.kind = SHEET_HTML}, .r = r, .exact = exact, .error = error};
	struct piece whole;
	char *machine = host_title(&r->host);

	*error = *page = NULL;
	p.err = pictures_draw(r, &p.pictures, error);
	open_piece(&p, &whole);
	if (!p.err) {
		add_parts(&p, machine);
		put_head(&p, machine);
		put_parts(&p);
	}
	bool some = close_piece(&p, &whole);
	free(machine);
	free_page(&p);
	if (p.err && some)
		free(whole.text);
	if (p.err)
		return p.err;
	*page = whole.text;
	*size = whole.size;
	return 0;
}
