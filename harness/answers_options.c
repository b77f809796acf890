/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks at the files to write before anything is measured for them. */
#include "answers_options.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util.h"

enum { KEY_JSON = 256, KEY_JUNIT, KEY_MARKDOWN };

static const char standard_output[] = "-";

static const struct argp_option argp_options[] = {
	{"verbose", 'v', NULL, 0,
	 "all cases, also those that have not changed or that nothing can be said of", 0},
	{"json", KEY_JSON, NULL, 0, "one JSON object instead of the table", 0},
	{"junit", KEY_JUNIT, "FILE", 0,
	 "write JUnit XML as well, a test for each case; - is standard output, instead "
	 "of the table",
	 0},
	{"markdown", KEY_MARKDOWN, "FILE", 0,
	 "write Markdown as well, for a pull request; - is standard output, instead of "
	 "the table",
	 0},
	{0},
};

/* 0, or the errno that writing it would end with, as far as can be told. */
static int writable(const char *path)
{
	struct stat st;

	if (!*path)
		return ENOENT;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return EISDIR;
	if (path_is_stream(path))
		return access(path, W_OK) < 0 ? errno : 0;
	char *copy = xstrdup(path);
	int err = access(dirname(copy), W_OK | X_OK) < 0 ? errno : 0;
	free(copy);
	return err;
}

static void take(struct argp_state *state, const char **where, const char *path)
{
	const struct answers_options *o = state->input;

	if (strcmp(path, "/dev/stdout") == 0)
		path = standard_output;
	if (strcmp(path, standard_output) != 0) {
		int err = writable(path);

		if (err)
			argp_failure(state, EXIT_USAGE, err, "%s", path);
	} else if (answers_take_stdout(&o->files) &&
		   !(*where && strcmp(*where, path) == 0)) {
		argp_error(state, "only one of --json, --junit=- and --markdown=- can "
				  "have standard output");
	}
	*where = path;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct answers_options *o = state->input;

	switch (key) {
	case 'v':
		o->all = true;
		return 0;
	case KEY_JSON:
		take(state, &o->files.json, standard_output);
		return 0;
	case KEY_JUNIT:
		take(state, &o->files.junit, arg);
		return 0;
	case KEY_MARKDOWN:
		take(state, &o->files.markdown, arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp answers_argp = {.options = argp_options, .parser = parse_option};

static bool is_stdout(const char *path)
{
	return path && strcmp(path, standard_output) == 0;
}

bool answers_take_stdout(const struct answers_files *files)
{
	return is_stdout(files->json) || is_stdout(files->junit) ||
	       is_stdout(files->markdown);
}

int answers_tell(const struct answers *a, const struct answers_options *o,
		 const char **bad)
{
	const struct sheet sheet = sheet_stdout();

	if (!answers_take_stdout(&o->files))
		answers_show(&sheet, a, o->all);
	return answers_write(a, &o->files, bad);
}
