/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes arms of what was typed: the only file that knows wordexp. */
#include "arms.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wordexp.h>

#include "util.h"

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* As execvp(3) looks for it. */
static bool in_path(const char *name)
{
	const char *path = getenv("PATH");
	bool found = false;

	if (strchr(name, '/'))
		return is_program(name);
	for (path = path ? path : "/bin:/usr/bin"; *name && !found;) {
		size_t len = strcspn(path, ":");
		char *file =
			len ? xformat("%.*s/%s", (int)len, path, name) : xstrdup(name);

		found = is_program(file);
		free(file);
		if (!path[len])
			break;
		path += len + 1;
	}
	return found;
}

/* What wordexp(3) does not like about the text; caller frees. */
static char *complaint(int err, const char *text)
{
	switch (err) {
	case WRDE_BADCHAR:
		return xformat(
			"%s: one of | & ; < > ( ) { } or a line's end, and no shell "
			"runs this: quote it, or write sh -c '...'",
			text);
	case WRDE_BADVAL:
		return xformat("%s: a variable that is not set", text);
	case WRDE_CMDSUB:
		return xformat("%s: `...` and $(...) are not run here: write sh -c '...'",
			       text);
	case WRDE_NOSPACE:
		return xformat("%s: out of memory", text);
	default:
		return xformat("%s: a quote or bracket that does not end", text);
	}
}

static void free_words(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}

/* A command that is not there; caller frees. */
static char *missing(const char *command)
{
	const char *hint = "";

	if (strchr(command, '='))
		hint = "; variables are set by `env NAME=VALUE`";
	else if (strchr(command, '/'))
		hint = ", or not to be executed";
	return xformat("%s: no such command%s", command, hint);
}

int arm_words(const char *text, char ***words, size_t *n, char **error)
{
	wordexp_t w = {0};
	int err = wordexp(text, &w, WRDE_NOCMD | WRDE_UNDEF);

	*words = NULL;
	*n = 0;
	if (err) {
		*error = complaint(err, text);
		/* Only then something was allocated. */
		if (err == WRDE_NOSPACE)
			wordfree(&w);
		return -EINVAL;
	}
	*words = xcalloc(w.we_wordc + 1, sizeof(**words));
	for (; *n < w.we_wordc; (*n)++)
		(*words)[*n] = xstrdup(w.we_wordv[*n]);
	wordfree(&w);
	if (!*n || in_path((*words)[0]))
		return 0;
	*error = missing((*words)[0]);
	free_words(*words);
	*words = NULL;
	*n = 0;
	return -EINVAL;
}

/* One command of an arm; `option` is "" or "-before". */
static int take_words(char name, const char *option, const char *text, char ***words,
		      size_t *n, char **error)
{
	char *why = NULL;

	*words = NULL;
	*n = 0;
	if (!text || arm_words(text, words, n, &why) == 0)
		return 0;
	*error = xformat("--%c%s: %s", name, option, why);
	free(why);
	return -EINVAL;
}

static int take_with(const struct arm_ask *ask, struct arm *out, char **error)
{
	out->with = xcalloc(ask->nwith, sizeof(*out->with));
	for (size_t i = 0; i < ask->nwith; i++) {
		const char *is = strchr(ask->with[i], '=');

		if (!is || is == ask->with[i] || strpbrk(ask->with[i], "/,")) {
			*error = xformat("--%c-with: %s: want one PARAM=VALUE", out->name,
					 ask->with[i]);
			return -EINVAL;
		}
		out->with[out->nwith++] = xstrdup(ask->with[i]);
	}
	return 0;
}

static int take_benches(const struct arm_ask *ask, const char *benches, struct arm *out,
			char **error)
{
	struct stat st;

	out->benches = xstrdup(ask->benches ? ask->benches : benches);
	if (stat(out->benches, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	*error = xformat("--%c-benches: %s: no such folder", out->name, out->benches);
	return -EINVAL;
}

static void say(FILE *to, bool *some, const char *before, const char *what)
{
	fprintf(to, "%s%s%s", *some ? ", " : "", before, what);
	*some = true;
}

static char *describe(const struct arm_ask *ask, const struct arm *a)
{
	char *text, share[32];
	size_t size;
	FILE *to = xmemstream(&text, &size);
	bool some = false;

	if (a->nprefix)
		say(to, &some, "", ask->prefix);
	if (ask->benches)
		say(to, &some, "programs of ", ask->benches);
	for (size_t i = 0; i < a->nwith; i++)
		say(to, &some, "with ", a->with[i]);
	if (a->nbefore)
		say(to, &some, "after ", ask->before);
	snprintf(share, sizeof(share), "%.3g %%", a->inject * 100);
	if (a->inject > 0)
		say(to, &some, "drawn out by ", share);
	if (!some)
		say(to, &some, "", "as it is");
	fclose(to);
	return text;
}

int arm_make(char name, const struct arm_ask *ask, const char *benches, struct arm *out,
	     char **error)
{
	*out = (struct arm){.name = name, .inject = ask->inject};
	int err = take_words(name, "", ask->prefix, &out->prefix, &out->nprefix, error);

	if (!err)
		err = take_words(name, "-before", ask->before, &out->before,
				 &out->nbefore, error);
	if (!err)
		err = take_benches(ask, benches, out, error);
	if (!err)
		err = take_with(ask, out, error);
	if (err)
		arm_free(out);
	else
		out->text = describe(ask, out);
	return err;
}

void arm_free(struct arm *a)
{
	free_words(a->prefix);
	free_words(a->before);
	for (size_t i = 0; i < a->nwith; i++)
		free(a->with[i]);
	free(a->with);
	free(a->benches);
	free(a->text);
	*a = (struct arm){0};
}
