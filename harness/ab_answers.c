/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts a contest's outcome into figures and words. */
#include "ab_answers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "units.h"
#include "util.h"

/* A guess by the root law is worth something for some way only. */
static const double far = 100;

/* Of the stage that the ratio is of: the blocks of screening come first. */
static double figure(const struct ab *ab, size_t arm, size_t i)
{
	const struct contest_case *c = &ab->contest.v[i];
	const struct reps *all = &ab->r[arm].cases[i].time;
	size_t from = 2 * c->screened.n;
	struct reps part = *all;

	if (c->confirmed.n && from < all->n) {
		part.v += from;
		part.n -= from;
	}
	return part.n ? figures_median(&part).value : NAN;
}

static struct estimate ratio(const struct ab *ab, size_t i)
{
	struct estimate e = contest_ratio(&ab->contest, i);

	/* A cost that is twice as high is half the bytes a second. */
	if (ab->r[0].cases[i].higher_is_better)
		e = (struct estimate){
			.value = 1 / e.value, .lo = 1 / e.hi, .hi = 1 / e.lo, .n = e.n};
	return e;
}

/* "4m", for what is a guess. */
static char *about(double seconds, char *buf, size_t size)
{
	const double minute = 60;

	if (seconds > 2 * minute)
		snprintf(buf, size, "%.0f min", ceil(seconds / minute));
	else
		snprintf(buf, size, "%.0f s", ceil(seconds));
	return buf;
}

/* What could have been found, and what more time would buy; NULL where that cannot be
 * said. */
static char *outlook(const struct ab *ab, size_t i)
{
	const struct contest *c = &ab->contest;
	const struct series *s = &c->v[i].screened;
	double reserve = ab->budget_s * contest_reserve(c->n);
	double each = s->n ? ab->seconds[i] / (double)(s->n + c->v[i].confirmed.n) : NAN;
	size_t fresh = each > 0 ? (size_t)fmin((double)s->n, reserve / each) : 0;
	double log_now =
		fresh ? contest_finds(s->d, s->n, c->n, &c->rule, s->n, fresh) : NAN;
	double now = expm1(log_now), margin = c->rule.margin;
	double times = now / margin * (now / margin);
	char found[32], time[32];

	/* No more digits than such a guess has, and no exponent. */
	snprintf(found, sizeof(found), now < 0.1 ? "%.2g %%" : "%.0f %%", now * 100);
	if (!(now > 0))
		return xformat("too few blocks, %zu: give a larger --budget", s->n);
	if (times <= 1)
		return xformat("a change of %s would have been found", found);
	if (times > far)
		return xformat("a change of %s would be found now; more time would "
			       "hardly do",
			       found);
	return xformat("a change of %s would be found now; %.2g %% would take about "
		       "%s",
		       found, margin * 100,
		       about(times * ab->elapsed_s, time, sizeof(time)));
}

static char *not_confirmed(const struct ab *ab, size_t i)
{
	const struct contest_case *c = &ab->contest.v[i];
	const char *seemed =
		c->side > 0 ? "b seemed to cost more" : "b seemed to cost less";

	if (!c->confirmed.n)
		return xformat("%s: there was no time to confirm it: give a larger "
			       "--budget",
			       seemed);
	return xformat("%s: %zu fresh blocks did not confirm it", seemed, c->confirmed.n);
}

/* Why there are no figures of it; NULL: there are. */
static char *unmeasured(const struct ab *ab, size_t i, enum answer_kind *kind)
{
	for (size_t arm = 0; arm < countof(ab->r); arm++) {
		const struct kase *k = &ab->r[arm].cases[i];

		if (k->status != STATUS_FAILED && k->status != STATUS_SKIPPED)
			continue;
		*kind = arm && k->status == STATUS_FAILED ? ANSWER_FAILED
							  : ANSWER_UNMEASURED;
		return xformat("%s on %c: %s", status_name(k->status), ab->arm[arm].name,
			       k->reason ? k->reason : "?");
	}
	if (ab->contest.v[i].screened.n)
		return NULL;
	*kind = ANSWER_UNMEASURED;
	return xstrdup("not reached: give a larger --budget");
}

static void fill(const struct ab *ab, size_t i, struct answer *a)
{
	static const enum answer_kind kinds[] = {
		[CONTEST_INCONCLUSIVE] = ANSWER_INCONCLUSIVE,
		[CONTEST_EQUIVALENT] = ANSWER_EQUIVALENT,
		[CONTEST_REGRESSED] = ANSWER_REGRESSED,
		[CONTEST_IMPROVED] = ANSWER_IMPROVED,
	};
	const struct contest_case *c = &ab->contest.v[i];

	a->note = unmeasured(ab, i, &a->kind);
	if (a->note)
		return;
	a->kind = kinds[c->answer];
	a->base = figure(ab, 0, i);
	a->fresh = figure(ab, 1, i);
	a->ratio = ratio(ab, i);
	if (a->kind == ANSWER_INCONCLUSIVE)
		a->note = c->side ? not_confirmed(ab, i) : outlook(ab, i);
}

static void replace(char **to, char *text)
{
	free(*to);
	*to = text;
}

void ab_answers(const struct ab *ab, const struct record *asked, struct answers *out)
{
	double alpha = ab->rule.alpha;

	replace(&out->command, xstrdup("ab"));
	replace(&out->base_name, xformat("a: %s", ab->arm[0].text));
	replace(&out->fresh_name, xformat("b: %s", ab->arm[1].text));
	out->alpha = alpha;
	out->margin = ab->rule.margin;
	replace(&out->rate,
		xformat("The chance that any regressed or improved is false is at most "
			"%.3g %%, over all cases; intervals (95 %%) are of each case "
			"alone.",
			alpha * 100));
	if (ab->arm[1].nbefore && !ab->arm[0].nbefore)
		answers_remark(out, "Only b has a command before its turns: what that "
				    "changes stays for a's turns, too, unless --a-before "
				    "undoes it.");
	for (size_t i = 0; i < asked->ncases; i++) {
		const struct kase *k = &asked->cases[i];
		struct answer *a = answers_add(out, k->text);

		replace(&a->family, xstrdup(k->family));
		replace(&a->unit, xstrdup(k->unit));
		a->seconds = ab->seconds[i];
		fill(ab, i, a);
	}
}
