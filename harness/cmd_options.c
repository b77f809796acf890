/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads what follows an option, or says what was wanted there. */
#include "cmd_options.h"

#include "plan.h"
#include "question.h"
#include "units.h"
#include "util.h"

void option_time(const char *option, const char *arg, double *seconds)
{
	if (units_duration(arg, seconds) < 0 || *seconds <= 0)
		fatal("%s: %s: want a time such as 30s or 5m", option, arg);
}

void option_share(const char *option, const char *arg, double *share)
{
	if (units_percent(arg, share) < 0 || *share <= 0)
		fatal("%s: %s: want a share such as 2%%", option, arg);
}

void option_alpha(const char *arg, double *alpha)
{
	option_share("--alpha", arg, alpha);
	if (*alpha > 0.5)
		fatal("--alpha: %s: want less than half", arg);
}

uint64_t option_seed(const char *arg)
{
	uint64_t seed;

	if (units_uint(arg, &seed) < 0 || seed > INT64_MAX)
		fatal("--seed: %s: want a whole number below 2^63", arg);
	return seed;
}

void option_cases(const char *benches, const char *suite, const char *const *named,
		  size_t n, struct record *r)
{
	const struct plan what = {.benches = benches,
				  .suite = suite || n ? suite : "quick",
				  .named = named,
				  .nnamed = n,
				  .alone = true};
	char *error = NULL;

	if (question_is(suite))
		fatal("-s %s: claims are judged by `run` and `verdict`: want a suite of "
		      "cases",
		      suite);
	if (plan_cases(&what, r, &error) < 0)
		fatal("%s", error);
	if (!r->ncases)
		fatal("suite %s: there are no cases", r->suite);
}
