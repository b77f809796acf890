/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench exact compare: two kernels, command lines or builds, and what takes more. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "cmd_exact.h"
#include "contrast.h"
#include "result.h"
#include "util.h"

enum { KEY_BANDS = 256, KEY_JSON, KEY_MARKDOWN };

struct options {
	struct exact_options exact;
	struct exact_arms arms;
	const char *results[EXACT_ARMS];
	size_t nresults;
	const char *bands, *json, *markdown;
	bool all; /* rows */
};

static const struct argp_option argp_options[] = {
	{"bands", KEY_BANDS, "DIR", 0,
	 "where bands are, and are kept if they had to be measured (" EXACT_BANDS ")", 2},
	{"json", KEY_JSON, "FILE", 0, "the answers as JSON; - prints them instead", 3},
	{"markdown", KEY_MARKDOWN, "FILE", 0,
	 "the table as Markdown; - prints it instead", 3},
	{"verbose", 'v', NULL, 0, "also the cases that are the same", 3},
	{0},
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->exact;
		state->child_inputs[1] = &o->arms;
		break;
	case KEY_BANDS:
		o->bands = arg;
		break;
	case KEY_JSON:
		o->json = arg;
		break;
	case KEY_MARKDOWN:
		o->markdown = arg;
		break;
	case 'v':
		o->all = true;
		break;
	case ARGP_KEY_ARG:
		if (o->nresults == EXACT_ARMS)
			argp_error(state, "%s: want two results of `exact run`", arg);
		o->results[o->nresults++] = arg;
		break;
	case ARGP_KEY_END:
		if (o->nresults ? o->nresults != EXACT_ARMS || o->arms.differ ||
					  o->arms.kernel || o->arms.append
				: !o->arms.differ)
			argp_error(state, "want two results of `exact run`, or an arm: "
					  "--b-kernel or one of its kind");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* Those that are kept of a record's kernel; empty if there are none. */
static int find_bands(const struct options *o, const struct record *r, struct bands *out)
{
	struct bands_of of;
	char *error = NULL;

	*out = (struct bands){0};
	if (!bands_of_record(r, &of)) {
		warn("%s: not counted by `exact run`", r->command);
		return EXIT_CANNOT_SAY;
	}
	int err = bands_read(o->bands, &of, out, &error);
	bands_of_free(&of);
	if (err != -EINVAL)
		return EXIT_OK;
	warn("%s", error);
	free(error);
	return EXIT_CANNOT_SAY;
}

static void contrast_again(const struct options *o, const struct record r[EXACT_ARMS],
			   const struct bands bands[EXACT_ARMS], struct contrast *c)
{
	contrast_free(c);
	for (size_t i = 0; i < EXACT_ARMS; i++)
		c->names[i] = exact_arm_name(&r[i], &o->arms.arm[i]);
	contrast_of(&r[EXACT_A], &r[EXACT_B], &bands[EXACT_A], &bands[EXACT_B], c);
}

static bool same_kernel(const struct bands bands[EXACT_ARMS])
{
	return bands[EXACT_A].of.kernel && bands[EXACT_B].of.kernel &&
	       strcmp(bands[EXACT_A].of.kernel, bands[EXACT_B].of.kernel) == 0;
}

/* Measures the bands that answers lack. */
static int calibrate(const struct options *o, int argc, char **argv,
		     const struct record r[EXACT_ARMS], struct bands bands[EXACT_ARMS],
		     struct contrast *c)
{
	int status = EXIT_OK;

	warn("bands are missing in %s: measuring them", o->bands);
	for (size_t i = 0; i < EXACT_ARMS && status == EXIT_OK; i++) {
		bands_free(&bands[i]);
		status = find_bands(o, &r[i], &bands[i]);
		if (status == EXIT_OK && i == EXACT_B && same_kernel(bands))
			break;
		if (status != EXIT_OK)
			break;
		bands_free(&bands[i]);
		status = exact_vary(&o->exact, &o->arms.arm[i], o->bands, argc, argv,
				    &bands[i]);
	}
	if (status == EXIT_OK)
		contrast_again(o, r, bands, c);
	return status;
}

static int put(const char *path, const char *text)
{
	int err = 0;

	if (path && strcmp(path, "-") == 0)
		fputs(text, stdout);
	else if (path)
		err = put_file(path, text, strlen(text));
	if (err)
		warn("%s: %s", path, strerror(-err));
	return err;
}

static int tell(const struct options *o, const struct contrast *c)
{
	char *json = contrast_json(c), *markdown = NULL;
	size_t size = 0;
	struct sheet in_markdown = {.to = xmemstream(&markdown, &size),
				    .kind = SHEET_MARKDOWN};

	contrast_show(&in_markdown, c, o->all);
	fclose(in_markdown.to);
	if (!(o->json && strcmp(o->json, "-") == 0) &&
	    !(o->markdown && strcmp(o->markdown, "-") == 0)) {
		const struct sheet s = sheet_stdout();

		contrast_show(&s, c, o->all);
	}
	int err = put(o->json, json);
	if (!err)
		err = put(o->markdown, markdown);
	free(json);
	free(markdown);
	return err ? EXIT_CANNOT_SAY : contrast_status(c);
}

static int read_results(const struct options *o, struct record r[EXACT_ARMS])
{
	char *error = NULL;

	for (size_t i = 0; i < EXACT_ARMS; i++)
		if (result_read(o->results[i], &r[i], &error) < 0) {
			warn("%s", error);
			free(error);
			return EXIT_CANNOT_SAY;
		}
	return EXIT_OK;
}

static int get_records(struct options *o, int argc, char **argv,
		       struct record r[EXACT_ARMS])
{
	int status = EXIT_OK;

	if (o->nresults)
		return read_results(o, r);
	exact_arms_complete(&o->arms);
	for (size_t i = 0; i < EXACT_ARMS && status == EXIT_OK; i++)
		status = exact_measure(&o->exact, &o->arms.arm[i], false, argc, argv,
				       &r[i]);
	return status;
}

static int compare(struct options *o, int argc, char **argv)
{
	struct record r[EXACT_ARMS] = {0};
	struct bands bands[EXACT_ARMS] = {0};
	struct contrast c = {0};
	int status = get_records(o, argc, argv, r);

	for (size_t i = 0; i < EXACT_ARMS && status == EXIT_OK; i++)
		status = find_bands(o, &r[i], &bands[i]);
	if (status == EXIT_OK)
		contrast_again(o, r, bands, &c);
	if (status == EXIT_OK && !o->nresults && contrast_lacks_bands(&c))
		status = calibrate(o, argc, argv, r, bands, &c);
	if (status == EXIT_OK)
		status = tell(o, &c);
	else if (status < 128)
		status = EXIT_CANNOT_SAY;
	contrast_free(&c);
	for (size_t i = 0; i < EXACT_ARMS; i++) {
		bands_free(&bands[i]);
		record_free(&r[i]);
	}
	if (!o->nresults)
		exact_arms_free(&o->arms);
	return status;
}

int exact_compare(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{&exact_argp, 0, NULL, 0}, {&exact_arms_argp, 0, NULL, 0}, {0}};
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_option,
		.children = children,
		.args_doc = "[A B]",
		.doc = "Counts the cases in two arms, or takes two results of `exact "
		       "run`, and says of each whether b takes more instructions or "
		       "pages than a.\vWhat lies within a case's band is the same: see "
		       "`exact calibrate`. Bands that are missing are measured and "
		       "kept, of two results they are not. Exit status, as `git bisect "
		       "run` wants it: 0 nothing takes more, 1 something does, 125 it "
		       "cannot be said, for whatever reason.",
	};
	struct options o = {.bands = EXACT_BANDS};

	/* Else git bisect would take wrong use for a bad commit. */
	argp_err_exit_status = EXIT_CANNOT_SAY;
	arguments_parse(&argp, argc, argv, 0, &o);
	int status = compare(&o, argc, argv);
	exact_options_free(&o.exact);
	return status;
}
