/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench sharing: what tasks of each kind share with their creator, found out by
 * trying.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"
#include "cmd.h"
#include "json.h"
#include "session.h"
#include "sharing.h"
#include "sheet.h"
#include "table.h"
#include "util.h"

enum { KEY_JSON = 256 };

static const char *const usual[] = {"fork", "vfork", "lwp", "pthread"};

struct options {
	const char *kinds[TABLE_COLUMNS];
	size_t nkinds;
	bool json, verbose;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_JSON:
		o->json = true;
		break;
	case 'v':
		o->verbose = true;
		break;
	case ARGP_KEY_ARG:
		if (o->nkinds == TABLE_COLUMNS - 1)
			argp_error(state, "no more than %d kinds of tasks at once",
				   TABLE_COLUMNS - 1);
		/* What begins with a dash would be an option of the program. */
		if (*arg == '-')
			argp_error(state, "%s: no such kind of task", arg);
		o->kinds[o->nkinds++] = arg;
		break;
	case ARGP_KEY_END:
		if (o->json && o->verbose)
			argp_error(state, "--json tells what was seen without -v");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* ---- as text */

/* Whether it is of another group than the row before it. */
static bool begins_group(const struct sharing *s, size_t row)
{
	return row == 0 || strcmp(s->rows[row].group, s->rows[row - 1].group) != 0;
}

static void print_table(const struct sharing *s, const struct sheet *to)
{
	const char *heads[TABLE_COLUMNS] = {"<"};
	struct table t;

	for (size_t k = 0; k < s->nkinds; k++)
		heads[1 + k] = s->kinds[k].name;
	table_init(&t, 1 + s->nkinds, heads, to->room);
	for (size_t r = 0; r < s->nrows; r++) {
		if (begins_group(s, r)) {
			table_row(&t);
			table_cell(&t, 0, "%s", s->rows[r].group);
		}
		table_row(&t);
		table_cell(&t, 0, "  %s", s->rows[r].text);
		for (size_t k = 0; k < s->nkinds; k++)
			table_cell(&t, 1 + k, "%s",
				   sharing_word(s->rows[r].cells[k].answer));
	}
	sheet_table(to, &t);
	table_free(&t);
	sheet_gap(to);
}

static void print_seen(const struct sharing *s, const struct sheet *to)
{
	for (size_t r = 0; r < s->nrows; r++) {
		sheet_line(to, "%s:", s->rows[r].text);
		for (size_t k = 0; k < s->nkinds; k++) {
			const struct sharing_cell *cell = &s->rows[r].cells[k];

			sheet_line(to, "  %s: %s: %s", s->kinds[k].name,
				   sharing_word(cell->answer), cell->why);
		}
	}
	sheet_gap(to);
}

static bool same_cell(const struct sharing_cell *a, const struct sharing_cell *b)
{
	return a->answer == b->answer && strcmp(a->why, b->why) == 0;
}

/* How many rows have such a cell for kind k. */
static size_t count_like(const struct sharing *s, size_t k,
			 const struct sharing_cell *cell)
{
	size_t n = 0;

	for (size_t r = 0; r < s->nrows; r++)
		n += same_cell(&s->rows[r].cells[k], cell);
	return n;
}

/* Whether the cell is the first of its kind to lack an answer for this reason. */
static bool is_first(const struct sharing *s, size_t row, size_t k)
{
	for (size_t r = 0; r < row; r++)
		if (same_cell(&s->rows[r].cells[k], &s->rows[row].cells[k]))
			return false;
	return true;
}

/* Whether kind k lacks an answer to that row only, or to few others for this reason. */
static bool is_odd(const struct sharing *s, size_t row, size_t k)
{
	enum { FEW = 3 };
	const struct sharing_cell *cell = &s->rows[row].cells[k];

	return cell->answer >= SHARING_NA && count_like(s, k, cell) <= FEW;
}

/* One for many rows of a kind. */
static size_t print_common_reasons(const struct sharing *s, size_t k,
				   const struct sheet *to)
{
	size_t lines = 0;

	for (size_t r = 0; r < s->nrows; r++) {
		const struct sharing_cell *cell = &s->rows[r].cells[k];

		if (cell->answer < SHARING_NA || is_odd(s, r, k) || !is_first(s, r, k))
			continue;
		sheet_line(to, "%s: %s: %zu of %zu rows: %s", sharing_word(cell->answer),
			   s->kinds[k].name, count_like(s, k, cell), s->nrows, cell->why);
		lines++;
	}
	return lines;
}

/* The kinds that lack this answer as kind k does, if it is the first of them; caller
 * frees. NULL: it is not. */
static char *kinds_alike(const struct sharing *s, size_t row, size_t k)
{
	const struct sharing_cell *cells = s->rows[row].cells;
	char *names = xstrdup(s->kinds[k].name);

	for (size_t i = 0; i < s->nkinds; i++) {
		if (i == k || !is_odd(s, row, i) || !same_cell(&cells[i], &cells[k]))
			continue;
		char *longer = i > k ? xformat("%s, %s", names, s->kinds[i].name) : NULL;

		free(names);
		names = longer;
		if (!names)
			break;
	}
	return names;
}

/* One for all kinds of a row. */
static size_t print_odd_reasons(const struct sharing *s, size_t row,
				const struct sheet *to)
{
	size_t lines = 0;

	for (size_t k = 0; k < s->nkinds; k++) {
		const struct sharing_cell *cell = &s->rows[row].cells[k];
		char *names = is_odd(s, row, k) ? kinds_alike(s, row, k) : NULL;

		if (!names)
			continue;
		sheet_line(to, "%s: %s: %s: %s", sharing_word(cell->answer), names,
			   s->rows[row].text, cell->why);
		free(names);
		lines++;
	}
	return lines;
}

/* Why there is no answer, in few lines. */
static void print_missing(const struct sharing *s, const struct sheet *to)
{
	size_t lines = 0;

	for (size_t k = 0; k < s->nkinds; k++)
		lines += print_common_reasons(s, k, to);
	for (size_t r = 0; r < s->nrows; r++)
		lines += print_odd_reasons(s, r, to);
	if (lines)
		sheet_gap(to);
}

static void print_text(const struct sharing *s, bool verbose)
{
	const struct sheet to = sheet_stdout();

	print_table(s, &to);
	if (verbose)
		print_seen(s, &to);
	print_missing(s, &to);
	for (size_t k = 0; k < s->nkinds; k++)
		sheet_line(&to, "%s: made by %s", s->kinds[k].name, s->kinds[k].call);
	sheet_line(&to, "Each answer is what was seen when a fresh process, the creator, "
			"made one such task.");
	sheet_gap(&to);
	for (size_t r = 0; r < s->nrows; r++)
		if (*s->rows[r].note)
			sheet_line(&to, "- %s", s->rows[r].note);
}

/* ---- as JSON */

static struct json *row_json(const struct sharing *s, const struct sharing_row *row)
{
	struct json *o = json_new_object(), *answers = json_new_object();

	json_add_text(o, "id", row->id);
	json_add_text(o, "group", row->group);
	json_add_text(o, "text", row->text);
	for (size_t k = 0; k < s->nkinds; k++) {
		struct json *cell = json_new_object();

		json_add_text(cell, "answer", sharing_word(row->cells[k].answer));
		json_add_text(cell, "evidence", row->cells[k].why);
		json_add(answers, s->kinds[k].name, cell);
	}
	json_add(o, "answers", answers);
	return o;
}

static void print_json(const struct sharing *s)
{
	struct json *o = json_new_object(), *kinds = json_new_array();
	struct json *rows = json_new_array();

	for (size_t k = 0; k < s->nkinds; k++) {
		struct json *kind = json_new_object();

		json_add_text(kind, "kind", s->kinds[k].name);
		json_add_text(kind, "call", s->kinds[k].call);
		json_add(kinds, NULL, kind);
	}
	json_add(o, "kinds", kinds);
	for (size_t r = 0; r < s->nrows; r++)
		json_add(rows, NULL, row_json(s, &s->rows[r]));
	json_add(o, "rows", rows);
	char *text = json_text(o, true);
	puts(text);
	free(text);
	json_free(o);
}

/* ---- */

static bool has_failed(const struct sharing *s)
{
	for (size_t r = 0; r < s->nrows; r++)
		for (size_t k = 0; k < s->nkinds; k++)
			if (s->rows[r].cells[k].answer == SHARING_FAILED)
				return true;
	return false;
}

static int print(const struct sharing *s, const struct options *o)
{
	if (o->json)
		print_json(s);
	else
		print_text(s, o->verbose);
	if (!has_failed(s))
		return EXIT_OK;
	warn("not all could be tried: see what failed");
	return EXIT_UNMEASURED;
}

static int try(const char *program, const struct options *o)
{
	struct sharing s;
	char *error = NULL;
	int signals = session_signals();
	int err = sharing_run(program, o->kinds, o->nkinds, signals, &s, &error);
	int status = EXIT_UNMEASURED;

	if (err == 0) {
		status = print(&s, o);
	} else if (err > 0) {
		warn("ended by SIG%s", sigabbrev_np(err));
		status = 128 + err;
	} else {
		warn("%s", error);
		status = err == -EINVAL ? EXIT_USAGE : EXIT_UNMEASURED;
	}
	sharing_free(&s);
	free(error);
	if (signals >= 0)
		close(signals);
	return status;
}

int cmd_sharing(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{"json", KEY_JSON, NULL, 0, "one JSON object, with what was seen", 0},
		{"verbose", 'v', NULL, 0, "also what was seen, below the table", 0},
		{0},
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.args_doc = "[fork|vfork|lwp|pthread|FLAGS]...",
		.doc = "Tries what tasks of each kind share with the task that made "
		       "them, "
		       "and prints yes or no for each thing, as seen. A kind is fork, "
		       "vfork, lwp (clone with VM+FS+FILES+SIGHAND), pthread, or FLAGS "
		       "of "
		       "clone joined by +: VM FS FILES SIGHAND THREAD SYSVSEM VFORK IO "
		       "PARENT CLEAR_SIGHAND NEWNS NEWUTS NEWIPC NEWUSER NEWPID NEWNET "
		       "NEWCGROUP NEWTIME, or none. Without any: fork vfork lwp "
		       "pthread.\v"
		       "n/a: this user or machine does not allow to try it; why is said "
		       "below.\n\n"
		       "Exit status: 2 for flags that the kernel refuses together; 3 if "
		       "something could not be tried that should have been possible.",
	};
	struct options o = {0};

	arguments_parse(&argp, argc, argv, 0, &o);
	if (o.nkinds == 0) {
		memcpy(o.kinds, usual, sizeof(usual));
		o.nkinds = countof(usual);
	}
	char *program = find_own("probes/sharing");
	if (!program) {
		warn("cannot find our own probes/sharing");
		return EXIT_UNMEASURED;
	}
	int status = try(program, &o);
	free(program);
	return status;
}
