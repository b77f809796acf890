/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page of Markdown that a pull request has room for. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "export.h"
#include "figures.h"
#include "host.h"
#include "show.h"
#include "units.h"
#include "util.h"

enum { CASE, MEDIAN, INTERVAL, RATIO, COLUMNS };

static bool is_asked(const struct export_job *job, const struct record *r,
		     const struct kase *k)
{
	return export_asked(job, k) && record_find(r, k->text) == k;
}

/* Whether the same work was done by several kinds of task. */
static bool has_tasks(const struct export_job *job, const char *family)
{
	const struct record *r = job->records;

	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];

		if (case_in_family(k, family) && is_asked(job, r, k) && figures_task(k))
			return true;
	}
	return false;
}

/* What the family's cases are held against. */
static char *ratio_head(const struct export_job *job, const char *family, bool tasks)
{
	const struct record *r = job->records;
	size_t i = 0;

	if (tasks)
		return xstrdup("× process");
	while (!case_in_family(&r->cases[i], family))
		i++;
	const struct kase *anchor = figures_anchor(r, &r->cases[i]);

	return xformat("× %s", anchor ? anchor->text : "first row");
}

static void add_row(struct table *t, const struct record *r, const struct kase *k,
		    bool tasks)
{
	struct figures f;

	figures_of(r, k, &f);
	char *median = show_median(k, &f.median);
	char *interval = show_interval(&f.median, k->unit);
	/* What the others are held against is once itself. */
	bool itself = tasks && f.median.n && figures_twin(r, k, "process") == k &&
		      figures_twin(r, k, "thread");
	char *ratio =
		itself ? xstrdup("1") : show_ratio(tasks ? &f.twin_ratio : &f.ratio);

	table_row(t);
	table_cell(t, CASE, "%s", k->text);
	table_cell(t, MEDIAN, "%s", median);
	table_cell(t, INTERVAL, "%s", interval);
	table_cell(t, RATIO, "%s", ratio);
	if (k->status == STATUS_FAILED || k->status == STATUS_SKIPPED)
		table_note(t, "%s: %s", status_name(k->status),
			   k->reason ? k->reason : "no reason given");
	else if (k->status == STATUS_OK && k->note)
		table_note(t, "%s", k->note);
	free(median);
	free(interval);
	free(ratio);
}

static void put_family(const struct sheet *s, const struct export_job *job,
		       const char *family)
{
	const struct record *r = job->records;
	bool tasks = has_tasks(job, family);
	char *first = xformat("<%s", family), *last = ratio_head(job, family, tasks);
	const char *const heads[COLUMNS] = {first, "median", "95 % interval", last};
	struct table t;

	table_init(&t, COLUMNS, heads, 0);
	for (size_t i = 0; i < r->ncases; i++)
		if (case_in_family(&r->cases[i], family) &&
		    is_asked(job, r, &r->cases[i]))
			add_row(&t, r, &r->cases[i], tasks);
	if (t.rows > 1)
		sheet_table(s, &t);
	table_free(&t);
	free(first);
	free(last);
}

static void put_top(const struct sheet *s, const struct record *r)
{
	char *title = host_title(&r->host), *head, past[32];

	head = xformat("lwpbench: %s", title);
	sheet_head(s, head);
	sheet_line(s, "%s, %s, suite %s, %u block%s, lwpbench %s%s", r->started,
		   units_seconds(r->elapsed_s, past, sizeof(past)),
		   r->suite ? r->suite : "none", r->blocks, r->blocks == 1 ? "" : "s",
		   r->version, r->complete ? "" : ", incomplete");
	if (cases_counted(r))
		sheet_line(s, "Instructions of an operation, user's and kernel's "
			      "together; this is not time.");
	free(head);
	free(title);
}

static void write_markdown(FILE *to, const struct export_job *job)
{
	const struct sheet s = {.to = to, .kind = SHEET_MARKDOWN};
	const struct record *r = job->records;

	put_top(&s, r);
	for (size_t i = 0; i < r->ncases; i++)
		if (case_opens_family(r, i))
			put_family(&s, job, r->cases[i].family);
	for (size_t i = 0; i < r->nwarnings; i++)
		sheet_line(&s, "warning: %s", r->warnings[i]);
	sheet_fold(&s, "How to read this");
	sheet_line(&s,
		   "Medians over reps of each rep's median; ratios are paired within "
		   "blocks, with their 95 %% intervals. Of times, a ratio below 1 is "
		   "better, of bytes per second above 1. Times of other runs of a shared "
		   "machine are not to be compared with these, ratios are.");
	sheet_unfold(&s);
}

const struct export_format export_markdown = {
	.name = "markdown",
	.brief = "tables for a pull request or an issue: GitHub, GitLab",
	.write = write_markdown,
	.holds = is_asked,
	.left_out = "there twice",
	.most = 1,
};
