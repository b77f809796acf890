/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Effects, interactions and Shapley shares: worked examples, games with a known answer,
 * and which sets of clone flags the kernel takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/sched.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attribution.h"
#include "plot_data.h"
#include "stats.h"
#include "util.h"

static const unsigned nothing[ATTRIBUTE_FLAGS];

static void assert_near(double x, double wanted)
{
	if (!(fabs(x - wanted) <= 1e-9 * (1 + fabs(wanted))))
		fail_msg("%.17g is not %.17g", x, wanted);
}

static void assert_shares(const struct lattice *l, const double *v, const double *wanted)
{
	double share[ATTRIBUTE_FLAGS];

	attribute_shares(l, v, (1u << l->n) - 1, share);
	for (unsigned f = 0; f < l->n; f++)
		assert_near(share[f], wanted[f]);
}

/* Textbook: one has a right glove, two have a left one, and a pair is worth 1. */
static void test_gloves(void **state)
{
	const struct lattice free = {.n = 3, .needs = nothing};
	const double v[] = {0, 0, 0, 1, 0, 1, 0, 1};
	const double wanted[] = {2. / 3, 1. / 6, 1. / 6};

	(void)state;
	assert_near(attribute_orders(&free, 7), 6);
	assert_shares(&free, v, wanted);
}

/* Littlechild and Owen 1973: a runway costs what its largest aeroplane needs; here 1, 2,
 * 3. Each length is shared among those who use it. */
static void test_airport(void **state)
{
	const struct lattice free = {.n = 3, .needs = nothing};
	const double v[] = {0, 1, 2, 2, 3, 3, 3, 3};
	const double wanted[] = {1. / 3, 1. / 3 + 1. / 2, 1. / 3 + 1. / 2 + 1};

	(void)state;
	assert_shares(&free, v, wanted);
}

/* b needs a, c is free: the orders are abc, acb, cab. By hand, from the values below:
 * a adds 10, 10, 25 - 4; b adds 3, 60 - 25, 60 - 25; c adds 60 - 13, 25 - 10, 4. */
static void test_precedence_by_hand(void **state)
{
	static const unsigned needs[] = {0, 1u << 0, 0};
	const struct lattice l = {.n = 3, .needs = needs};
	const double v[] = {0, 10, NAN, 13, 4, 25, NAN, 60};
	const double wanted[] = {(10 + 10 + 21) / 3., (3 + 35 + 35) / 3.,
				 (47 + 15 + 4) / 3.};

	(void)state;
	assert_near(attribute_orders(&l, 7), 3);
	assert_false(attribute_legal(&l, 2));
	assert_false(attribute_legal(&l, 6));
	assert_shares(&l, v, wanted);
	/* a is legal to add to nothing and to c; b to a and to ac; c to nothing, a, ab.
	 */
	assert_near(attribute_effect(&l, v, 0), (10 + 21) / 2.);
	assert_near(attribute_effect(&l, v, 1), (3 + 35) / 2.);
	assert_near(attribute_effect(&l, v, 2), (4 + 15 + 47) / 3.);
	/* a with c: 25 - 10 - 4 + 0; b with c beside a: 60 - 13 - 25 + 10. */
	assert_near(attribute_together(&l, v, 0, 2), 11);
	assert_near(attribute_together(&l, v, 1, 2), 32);
	assert_true(isnan(attribute_together(&l, v, 0, 1)));
}

/* One after the other: each has what its own step adds. */
static void test_chain(void **state)
{
	static const unsigned needs[] = {0, 1, 3};
	const struct lattice l = {.n = 3, .needs = needs};
	const double v[] = {5, 7, NAN, 3, NAN, NAN, NAN, 30};
	const double wanted[] = {2, -4, 27};

	(void)state;
	assert_near(attribute_orders(&l, 7), 1);
	assert_shares(&l, v, wanted);
}

/* A game over sets of clone flags: w[f][f] for each flag, w[f][g], f < g, for two. */
static void fill(double w[][ATTRIBUTE_FLAGS], double *v)
{
	for (unsigned s = 0; s < ATTRIBUTE_SETS; s++) {
		v[s] = attribute_legal(&attribution_lattice, s) ? 100 : NAN;
		for (unsigned f = 0; f < ATTRIBUTE_FLAGS; f++)
			for (unsigned g = f; g < ATTRIBUTE_FLAGS; g++)
				if ((s & 1u << f) && (s & 1u << g))
					v[s] += w[f][g];
	}
}

static void test_additive_game_gives_its_weights(void **state)
{
	double w[ATTRIBUTE_FLAGS][ATTRIBUTE_FLAGS] = {{0}}, v[ATTRIBUTE_SETS];
	double share[ATTRIBUTE_FLAGS];

	(void)state;
	for (unsigned f = 0; f < ATTRIBUTE_FLAGS; f++)
		w[f][f] = f * 11. - 30;
	fill(w, v);
	attribute_shares(&attribution_lattice, v, attribution_thread, share);
	for (unsigned f = 0; f < ATTRIBUTE_FLAGS; f++) {
		assert_near(share[f], attribution_thread & 1u << f ? w[f][f] : 0);
		assert_near(attribute_effect(&attribution_lattice, v, f), w[f][f]);
	}
}

/* A known factorial: what two flags do together is found; it adds to the effect of one
 * as often as the other is there. */
static void test_known_factorial(void **state)
{
	enum { VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, VFORK, IO };
	double w[ATTRIBUTE_FLAGS][ATTRIBUTE_FLAGS] = {{0}}, v[ATTRIBUTE_SETS];
	const struct lattice *l = &attribution_lattice;

	(void)state;
	w[VM][VM] = -480;
	w[FS][FS] = -3;
	w[FS][FILES] = 8;
	w[SIGHAND][VFORK] = 6;
	w[VM][IO] = -2;
	fill(w, v);
	assert_near(attribute_together(l, v, FS, FILES), 8);
	assert_near(attribute_together(l, v, FILES, FS), 8);
	assert_near(attribute_together(l, v, SIGHAND, VFORK), 6);
	assert_near(attribute_together(l, v, VM, IO), -2);
	assert_near(attribute_together(l, v, VM, FS), 0);
	assert_near(attribute_together(l, v, FS, IO), 0);
	assert_true(isnan(attribute_together(l, v, VM, SIGHAND)));
	assert_true(isnan(attribute_together(l, v, VM, THREAD)));
	assert_true(isnan(attribute_together(l, v, SIGHAND, THREAD)));
	assert_near(attribute_effect(l, v, FS), -3 + 8 / 2.);
	assert_near(attribute_effect(l, v, VM), -480 - 2 / 2.);
	/* IO is added to 16 sets without VM, and to 16 each with VM, and SIGHAND, and
	 * THREAD; VFORK meets SIGHAND in two of these four. */
	assert_near(attribute_effect(l, v, IO), -2 * 3 / 4.);
	assert_near(attribute_effect(l, v, VFORK), 6 * 2 / 4.);
}

/* Goes through every legal order from `set` on, the steps to which
 * are in made; adds the steps of each whole one to sum. How many there are. */
static unsigned walk(const struct lattice *l, const double *v, unsigned set, double *made,
		     double *sum)
{
	unsigned orders = 0;

	if (set == (1u << l->n) - 1) {
		for (unsigned f = 0; f < l->n; f++)
			sum[f] += made[f];
		return 1;
	}
	for (unsigned f = 0; f < l->n; f++) {
		unsigned next = set | 1u << f;

		if (next == set || !attribute_legal(l, next))
			continue;
		made[f] = v[next] - v[set];
		orders += walk(l, v, next, made, sum);
	}
	return orders;
}

/* Shares are the average over all orders, walked one by one, and they add up. */
static void test_random_games(void **state)
{
	struct rng *g = rng_new(20260101);

	(void)state;
	for (int game = 0; game < 50; game++) {
		unsigned needs[5] = {0};
		const struct lattice l = {.n = countof(needs), .needs = needs};
		const unsigned all = (1u << countof(needs)) - 1;
		double v[1 << countof(needs)], share[ATTRIBUTE_FLAGS], total = 0;
		double made[countof(needs)], sum[countof(needs)] = {0};

		for (unsigned f = 1; f < l.n; f++)
			needs[f] = rng_below(g, 2) ? 1u << rng_below(g, f) : 0;
		for (unsigned s = 0; s <= all; s++)
			v[s] = attribute_legal(&l, s) ? 1000 * rng_normal(g) : NAN;
		attribute_shares(&l, v, all, share);
		unsigned orders = walk(&l, v, 0, made, sum);
		assert_near(attribute_orders(&l, all), orders);
		for (unsigned f = 0; f < l.n; f++) {
			assert_near(share[f], sum[f] / orders);
			total += share[f];
		}
		assert_near(total, v[all] - v[0]);
	}
	rng_free(g);
}

static void test_clone_flags(void **state)
{
	char *set = attribution_set(attribution_thread);

	(void)state;
	assert_int_equal(attribution_legal(), 128);
	/* 6! orders, in one of 3! of which SIGHAND comes after VM and THREAD after it. */
	assert_near(attribute_orders(&attribution_lattice, attribution_thread), 120);
	assert_string_equal(set, "VM+FS+FILES+SIGHAND+THREAD+SYSVSEM");
	free(set);
	set = attribution_set(0);
	assert_string_equal(set, "none");
	free(set);
}

static uint64_t kernel_flags(unsigned set)
{
	static const uint64_t bits[ATTRIBUTE_FLAGS] = {
		CLONE_VM,     CLONE_FS,      CLONE_FILES, CLONE_SIGHAND,
		CLONE_THREAD, CLONE_SYSVSEM, CLONE_VFORK, CLONE_IO};
	uint64_t flags = 0;

	for (unsigned f = 0; f < ATTRIBUTE_FLAGS; f++)
		if (set & 1u << f)
			flags |= bits[f];
	return flags;
}

/* Asks for a task with an ID that is taken: a legal set gets as far as that, and no task
 * is made. */
static void test_the_kernel_agrees(void **state)
{
	static char stack[16384];
	pid_t taken = getpid();

	(void)state;
	for (unsigned s = 0; s < ATTRIBUTE_SETS; s++) {
		struct clone_args args = {
			.flags = kernel_flags(s),
			.exit_signal = kernel_flags(s) & CLONE_THREAD ? 0 : SIGCHLD,
			.set_tid = (uintptr_t)&taken,
			.set_tid_size = 1,
		};

		if (args.flags & CLONE_VM) {
			args.stack = (uintptr_t)stack;
			args.stack_size = sizeof(stack);
		}
		long pid = syscall(SYS_clone3, &args, sizeof(args));
		int err = errno;

		if (pid < 0 && err == ENOSYS)
			skip();
		assert_int_equal(pid, -1);
		/* Who may not choose IDs is told so just as late. */
		assert_int_equal(err == EPERM ? EEXIST : err,
				 attribute_legal(&attribution_lattice, s) ? EEXIST
									  : EINVAL);
	}
}

/* A case of one block, that took 1000 ns. */
static void add_case(struct record *r, unsigned set)
{
	struct rep rep = {.batch = 1, .scale = 1, .nrows = 1, .width = 1};
	char *name = attribution_set(set);

	r->cases = xrealloc(r->cases, r->ncases + 1, sizeof(*r->cases));
	struct kase *k = &r->cases[r->ncases++];
	*k = (struct kase){.text = xformat("clone3/flags=%s", name),
			   .bench = xstrdup("clone3"),
			   .family = xstrdup("creation"),
			   .unit = xstrdup("ns/op"),
			   .params = xcalloc(1, sizeof(*k->params)),
			   .nparams = 1};
	k->params[0] = (struct pair){xstrdup("flags"), name};
	rep.rows = xcalloc(1, sizeof(*rep.rows));
	rep.rows[0] = 1000;
	reps_add(&k->time, &rep);
}

/* How many parents the picture has. */
static size_t drawn(const struct record *r)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	size_t n = plot_attribute(r, out);
	fclose(out);
	assert_true(n > 0 || size == 0);
	free(text);
	return n;
}

static void test_only_whole_parents_answer(void **state)
{
	struct record r = {0};
	struct attributions all;

	(void)state;
	for (unsigned s = 1; s < ATTRIBUTE_SETS; s++)
		if (attribute_legal(&attribution_lattice, s))
			add_case(&r, s);
	attributions_of(&r, &all);
	assert_int_equal(all.n, 1);
	assert_int_equal(all.v[0].missing, 1);
	assert_false(attribution_answers(&all.v[0]));
	attributions_free(&all);
	assert_int_equal(drawn(&r), 0);
	add_case(&r, 0);
	attributions_of(&r, &all);
	assert_int_equal(all.v[0].missing, 0);
	assert_true(attribution_answers(&all.v[0]));
	/* No stamps, and no part of no difference. */
	assert_int_equal(all.v[0].of[ATTRIBUTION_LIFE].blocks, 1);
	assert_int_equal(all.v[0].of[ATTRIBUTION_EXIT].blocks, 0);
	assert_int_equal(all.v[0].of[ATTRIBUTION_LIFE].of[ATTRIBUTION_PART].n, 0);
	attributions_free(&all);
	assert_int_equal(drawn(&r), 1);
	record_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gloves),
		cmocka_unit_test(test_airport),
		cmocka_unit_test(test_precedence_by_hand),
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_additive_game_gives_its_weights),
		cmocka_unit_test(test_known_factorial),
		cmocka_unit_test(test_random_games),
		cmocka_unit_test(test_clone_flags),
		cmocka_unit_test(test_the_kernel_agrees),
		cmocka_unit_test(test_only_whole_parents_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
