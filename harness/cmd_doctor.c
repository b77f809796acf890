/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench doctor: what on this machine spoils figures, and what mends it. */
#include <stdio.h>
#include <stdlib.h>

#include "arguments.h"
#include "cmd.h"
#include "doctor.h"
#include "doctor_noise.h"
#include "doctor_try.h"
#include "host.h"
#include "session.h"
#include "show_doctor.h"
#include "util.h"

enum { KEY_JSON = 256 };

static const struct argp_option argp_options[] = {
	{"json", KEY_JSON, NULL, 0, "one JSON object", 0},
	{0},
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	bool *json = state->input;

	switch (key) {
	case KEY_JSON:
		*json = true;
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "%s: it takes no arguments", arg);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

int cmd_doctor(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_option,
		.doc = "Says what on this machine spoils figures, limits what can be "
		       "measured, or is part of it, and which command mends it.\v"
		       "`scripts/quiet` sets what can be set while a command runs. Exit "
		       "status: 1 if something spoils figures.",
	};
	bool json = false;
	struct facts host = {0};
	struct findings found = {0};

	arguments_parse(&argp, argc, argv, 0, &json);
	char *benches = find_own("benches");
	if (!benches)
		fatal("no benchmarks beside this program: run `make`");
	host_collect("/", &host);
	doctor_judge(&host, &found);
	doctor_try(&found);
	int stopped = doctor_noise(benches, session_signals(), &found);
	free(benches);
	if (stopped) {
		;
	} else if (json) {
		show_doctor_json(stdout, &found);
	} else {
		const struct sheet sheet = sheet_stdout();

		show_doctor(&sheet, &found);
	}
	int status = stopped                                  ? 128 + stopped
		     : findings_count(&found, FINDING_SPOILS) ? EXIT_REGRESSION
							      : EXIT_OK;
	findings_free(&found);
	facts_free(&host);
	return status;
}
