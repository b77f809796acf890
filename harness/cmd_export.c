/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench export: results in the formats of others. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "cmd.h"
#include "export.h"
#include "result.h"
#include "util.h"

struct options {
	const struct export_format *format;
	const char *file; /* NULL, "-": standard output */
	bool list, quiet;
	char **globs, **results;
	size_t nglobs, nresults;
};

enum { KEY_TO = 256 };

static const struct argp_option argp_options[] = {
	{"to", KEY_TO, "FORMAT", 0, "which format; list: prints those that there are", 0},
	{"output", 'o', "FILE", 0, "where to put it, instead of standard output", 0},
	{"bench", 'b', "CASE|GLOB", 0, "only these cases; may be repeated", 0},
	{"quiet", 'q', NULL, 0, "do not say how many cases were left out", 0},
	{0},
};

static char *format_names(void)
{
	char *all = NULL;
	size_t size;
	FILE *to = xmemstream(&all, &size);

	for (size_t i = 0; export_formats[i]; i++)
		fprintf(to, "%s%s", i ? ", " : "", export_formats[i]->name);
	fclose(to);
	return all;
}

static void append(char ***list, size_t *n, char *text)
{
	*list = xrealloc(*list, *n + 1, sizeof(**list));
	(*list)[(*n)++] = text;
}

static void choose(struct argp_state *state, struct options *o, const char *name)
{
	if (strcmp(name, "list") == 0) {
		o->list = true;
		return;
	}
	o->format = export_find(name);
	if (o->format)
		return;
	char *names = format_names();
	argp_error(state, "no such format: %s; there are %s", name, names);
	free(names);
}

static void check(struct argp_state *state, const struct options *o)
{
	if (o->list)
		return;
	if (!o->format)
		argp_error(state, "want --to FORMAT; --to list names them");
	else if (!o->nresults)
		argp_error(state, "want a RESULT: a folder, a result.json, or -");
	else if (o->format->most && o->nresults > o->format->most)
		argp_error(state, "%s holds one result, not %zu", o->format->name,
			   o->nresults);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_TO:
		choose(state, o, arg);
		break;
	case 'o':
		o->file = arg;
		break;
	case 'b':
		append(&o->globs, &o->nglobs, arg);
		break;
	case 'q':
		o->quiet = true;
		break;
	case ARGP_KEY_ARG:
		append(&o->results, &o->nresults, arg);
		break;
	case ARGP_KEY_END:
		check(state, o);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static void print_list(void)
{
	for (size_t i = 0; export_formats[i]; i++)
		printf("%-24s %s%s\n", export_formats[i]->name, export_formats[i]->brief,
		       export_formats[i]->most ? "" : " (several results)");
}

/* Every -b has to be of use. */
static void check_globs(const struct export_job *job)
{
	for (size_t g = 0; g < job->nglobs; g++) {
		const struct export_job one = {.globs = &job->globs[g], .nglobs = 1};
		bool some = false;

		for (size_t i = 0; i < job->n && !some; i++)
			for (size_t j = 0; j < job->records[i].ncases && !some; j++)
				some = export_asked(&one, &job->records[i].cases[j]);
		if (!some)
			fatal("-b %s: there is no such case; `lwpbench show` prints "
			      "those of a result",
			      job->globs[g]);
	}
}

struct counts {
	size_t held, others;
};

/* By their texts: a case of several results counts once. */
static struct counts count(const struct export_format *format,
			   const struct export_job *job)
{
	struct counts n = {0};

	for (size_t i = 0; i < job->n; i++) {
		const struct record *r = &job->records[i];

		for (size_t j = 0; j < r->ncases; j++) {
			const struct kase *k = &r->cases[j];

			if (!export_asked(job, k) || record_find(r, k->text) != k ||
			    !export_opens(job, i, k->text))
				continue;
			size_t have = export_count(job, format, k->text);
			bool held = have >= (format->every ? job->n : 1);

			n.held += held;
			n.others += !held;
		}
	}
	return n;
}

/* Whole or not at all; an exit status. */
static int put(const char *file, const char *text, size_t size)
{
	int err;

	if (!file || strcmp(file, "-") == 0 || strcmp(file, "/dev/stdout") == 0) {
		fwrite(text, 1, size, stdout);
		return EXIT_OK;
	}
	err = put_file(file, text, size);
	if (err)
		warn("%s: %s", file, strerror(-err));
	return err ? EXIT_UNMEASURED : EXIT_OK;
}

static int export(const struct options *o, const struct export_job *job)
{
	const struct counts n = count(o->format, job);
	char *text = NULL;
	size_t size;

	if (!n.held) {
		if (n.others)
			warn("%s: nothing to write: %zu case%s left out: %s",
			     o->format->name, n.others, n.others == 1 ? "" : "s",
			     o->format->left_out);
		else
			warn("%s: nothing to write: there are no cases", o->format->name);
		return EXIT_UNJUDGED;
	}
	FILE *to = xmemstream(&text, &size);
	o->format->write(to, job);
	if (fclose(to) != 0) {
		warn("%s:", o->format->name);
		return EXIT_UNMEASURED;
	}
	int status = put(o->file, text, size);
	free(text);
	if (status == EXIT_OK && n.others && !o->quiet)
		warn("%s: %zu of %zu cases left out: %s", o->format->name, n.others,
		     n.held + n.others, o->format->left_out);
	return status;
}

/* Reads, all of them before anything is written, and writes. */
static int run(const struct options *o)
{
	struct record *records = xcalloc(o->nresults, sizeof(*records));
	const struct export_job job = {
		.records = records,
		.n = o->nresults,
		.globs = o->globs,
		.nglobs = o->nglobs,
	};
	char *error = NULL;

	for (size_t i = 0; i < o->nresults; i++)
		if (result_read(o->results[i], &records[i], &error) < 0)
			fatal("%s", error);
	check_globs(&job);
	int status = export(o, &job);
	for (size_t i = 0; i < o->nresults; i++)
		record_free(&records[i]);
	free(records);
	return status;
}

static char *help_filter(int key, const char *text, void *input)
{
	char *all = NULL;
	size_t size;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	FILE *to = xmemstream(&all, &size);
	fputs("Formats, and who reads them:\n", to);
	for (size_t i = 0; export_formats[i]; i++)
		fprintf(to, "  %s: %s\n", export_formats[i]->name,
			export_formats[i]->brief);
	fprintf(to, "\n%s", text);
	fclose(to);
	return all;
}

int cmd_export(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_option,
		.args_doc = "RESULT...",
		.doc = "Writes results in the format of another program. Cases that "
		       "failed or were skipped are left out, but by csv and "
		       "markdown.\vgoogle-benchmark, otava-csv, go-bench and csv hold "
		       "several results. Exit status: 77 if there is no figure to "
		       "write, 2 if a RESULT cannot be read; nothing is written then.",
		.help_filter = help_filter,
	};
	struct options o = {0};

	arguments_parse(&argp, argc, argv, 0, &o);
	int status = EXIT_OK;
	if (o.list)
		print_list();
	else
		status = run(&o);
	free(o.globs);
	free(o.results);
	return status;
}
