/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arguments of a whole program: a verb, and parameters. */
#ifndef LWP_APP_ARGS_H
#define LWP_APP_ARGS_H

#include "app.h"

enum { ARGS_PARAMS = 8 };

struct args {
	const struct app *app;
	const struct app_way *way;
	uint64_t values[ARGS_PARAMS]; /* in the order of app->params */
};

/* ARGS_TOLD: --list or --help, whose text is printed. */
enum args_verb { ARGS_RUN, ARGS_PREPARE, ARGS_BEFORE, ARGS_TOLD };

/* Fills *args; ends the program with status 2 and one line if they are wrong. */
enum args_verb args_parse(struct args *args, const struct app *app, int argc,
			  char **argv);
/* The value of a parameter that app has. */
uint64_t args_value(const struct args *args, const char *param);

#endif
