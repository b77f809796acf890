/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the arguments of a whole program, and lists its variants. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"

_Noreturn static void refuse(const struct app *app, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void refuse(const struct app *app, const char *format, ...)
{
	va_list list;

	fprintf(stderr, "%s: ", app->name);
	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	fprintf(stderr, "; see %s --help\n", app->name);
	exit(2);
}

static uint64_t parse_number(const struct app *app, const struct app_param *param,
			     const char *text)
{
	static const char units[] = "KMG";
	char *end;
	const char *unit;
	unsigned shift = 0;
	uint64_t value;

	errno = 0;
	value = strtoull(text, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (unit)
		shift = 10 * (unsigned)(unit - units + 1);
	if (*text < '0' || *text > '9' || errno || (*end && (!unit || end[1])))
		refuse(app, "%s=%s: not a number", param->name, text);
	if (value > UINT64_MAX >> shift || value << shift < param->min ||
	    value << shift > param->max)
		refuse(app, "%s=%s: not from %" PRIu64 " to %" PRIu64, param->name, text,
		       param->min, param->max);
	return value << shift;
}

static uint64_t parse_choice(const struct app *app, const struct app_param *param,
			     const char *text)
{
	for (uint64_t i = 0; param->choices[i]; i++)
		if (strcmp(param->choices[i], text) == 0)
			return i;
	refuse(app, "%s=%s: no such choice", param->name, text);
}

static uint64_t parse(const struct app *app, const struct app_param *param,
		      const char *text)
{
	return (param->choices ? parse_choice : parse_number)(app, param, text);
}

/* The text after "NAME=", or NULL if arg is something else. */
static const char *value_of(const char *arg, const char *name)
{
	size_t size = strlen(name);

	return strncmp(arg, name, size) == 0 && arg[size] == '=' ? arg + size + 1 : NULL;
}

static const struct app_way *find_way(const struct app *app, const char *name)
{
	for (const struct app_way *way = app->ways; way->name; way++)
		if (strcmp(way->name, name) == 0)
			return way;
	refuse(app, "how=%s: no such way", name);
}

static void take(struct args *args, const char *arg)
{
	const char *text = value_of(arg, "how");

	if (text) {
		args->way = find_way(args->app, text);
		return;
	}
	for (size_t i = 0; args->app->params[i].name; i++) {
		text = value_of(arg, args->app->params[i].name);
		if (text) {
			args->values[i] = parse(args->app, &args->app->params[i], text);
			return;
		}
	}
	refuse(args->app, "%s: no such parameter", arg);
}

static void list(const struct app *app)
{
	for (const struct app_setting *set = app->settings; set->args; set++)
		for (const struct app_way *way = app->ways; way->name; way++)
			printf("how=%s%s%s\t%s%s%s\n", way->name, *set->args ? " " : "",
			       set->args, way->brief, *set->brief ? "; " : "",
			       set->brief);
}

static void help(const struct app *app)
{
	printf("Usage: %s [--prepare|--before] [PARAM=VALUE]...\n"
	       "       %s --list|--help\n"
	       "%s. Silent if all went well.\n\n"
	       "how=      (%s)\n",
	       app->name, app->name, app->brief, app->ways->name);
	for (const struct app_way *way = app->ways; way->name; way++)
		printf("  %-16s %s\n", way->name, way->brief);
	for (const struct app_param *param = app->params; param->name; param++) {
		char name[32];

		snprintf(name, sizeof(name), "%s=", param->name);
		printf("%-9s (%s) %s", name, param->def, param->brief);
		for (size_t i = 0; param->choices && param->choices[i]; i++)
			printf("%s%s", i ? ", " : ": ", param->choices[i]);
		printf("\n");
	}
	printf("\n--prepare is called once before runs with the same parameters, "
	       "--before "
	       "before each,\nall with a folder for what they need in LWPBENCH_APP_DIR; "
	       "without one, runs need no other.\n"
	       "Numbers may end in K, M or G: times 1024.\n"
	       "Status: 0 done and checked, 1 failed, 2 wrong use, 77 cannot be done "
	       "here.\n");
}

static void print(const struct app *app, void (*text)(const struct app *))
{
	text(app);
	if (fflush(stdout) != 0) {
		fprintf(stderr, "%s: stdout: %s\n", app->name, strerror(errno));
		exit(1);
	}
}

/* Of argv[1]; what it prints stands alone. */
static enum args_verb parse_verb(const struct app *app, int argc, char **argv)
{
	const char *verb = argv[1];
	bool to_list = strcmp(verb, "--list") == 0;

	if (strcmp(verb, "--prepare") == 0)
		return ARGS_PREPARE;
	if (strcmp(verb, "--before") == 0)
		return ARGS_BEFORE;
	if (!to_list && strcmp(verb, "--help") != 0)
		refuse(app, "%s: no such option", verb);
	if (argc > 2)
		refuse(app, "%s: %s takes nothing more", argv[2], verb);
	print(app, to_list ? list : help);
	return ARGS_TOLD;
}

enum args_verb args_parse(struct args *args, const struct app *app, int argc, char **argv)
{
	enum args_verb verb = ARGS_RUN;
	int first = 1;

	*args = (struct args){.app = app, .way = app->ways};
	for (size_t i = 0; app->params[i].name; i++)
		args->values[i] = parse(app, &app->params[i], app->params[i].def);
	if (argc > 1 && strncmp(argv[1], "--", 2) == 0) {
		verb = parse_verb(app, argc, argv);
		first = 2;
	}
	for (int i = first; i < argc; i++)
		take(args, argv[i]);
	return verb;
}

uint64_t args_value(const struct args *args, const char *param)
{
	size_t i = 0;

	while (strcmp(args->app->params[i].name, param) != 0)
		i++;
	return args->values[i];
}
