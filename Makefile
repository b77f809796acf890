# SPDX-License-Identifier: GPL-3.0-or-later
# lwpbench: `make help` lists the targets.

O       ?= build
PREFIX  ?= /usr/local
CC      ?= cc
CFLAGS  ?= -O2 -g
RESULT  ?= results/latest
VERSION := $(shell cat VERSION)
REVISION := $(shell git describe --always --dirty 2>/dev/null)
WARN    := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wpointer-arith \
           -Wwrite-strings -Wundef -Wvla $(if $(CI)$(WERROR),-Werror)
STD     := -std=gnu11 -D_GNU_SOURCE
SAN     := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)
Q       := $(if $(V),,@)
say      = $(if $(V),@:,@printf '  %-7s %s\n' '$(1)' '$(patsubst $(O)/%,%,$@)')
deps     = CC='$(CC)' scripts/deps
# For what builds everything: all CPUs, unless told otherwise.
jobs     = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$$(nproc))

# The benchmarks are the files that define a `struct bench`, the others their runtime.
# All are static and lean; each a second time dynamic, for link=dynamic.
SOURCES := $(wildcard benches/*.c)
DEFINE  := $(if $(SOURCES),$(shell grep -l '^const struct bench bench' $(SOURCES)))
NAMES   := $(DEFINE:benches/%.c=%)
COMMON  := $(patsubst benches/%.c,%,$(filter-out $(DEFINE),$(SOURCES)))
# What benchmarks run: programs with their own main, and the few parts that these use.
TARGETS := $(foreach t,$(wildcard benches/targets/*.c),$(t:benches/targets/%.c=%-static) $(t:benches/targets/%.c=%-dynamic))
TARGET_PARTS := part_arch part_idle part_text
BENCHES := $(NAMES:%=$(O)/benches/%) $(NAMES:%=$(O)/benches/dynamic/%) \
           $(TARGETS:%=$(O)/benches/targets/%)
# Whole programs, for hyperfine: the files there with a main, the others help them.
APPSRC  := $(wildcard benches/apps/*.c)
MAINS   := $(if $(APPSRC),$(shell grep -l '^int main' $(APPSRC)))
HELPERS := $(patsubst benches/%.c,$(O)/obj/%.o,$(filter-out $(MAINS),$(APPSRC)))
APPS    := $(MAINS:benches/apps/%.c=$(O)/apps/%)
# Programs that try what tasks share, static as the benchmarks: one with a main, its helpers.
PROBESRC := $(wildcard benches/probes/*.c)
PROBE_PARTS := part_arch part_legal part_text
PROBES  := $(if $(PROBESRC),$(O)/probes/sharing)
# What the guest of exact mode runs first: see harness/guest/arch.h. The plugin is QEMU's, on our machine.
GUEST   := $(if $(filter x86_64% aarch64%,$(shell $(CC) -dumpmachine)),$(O)/guest/init) \
	$(if $(filter x86_64%,$(shell $(CC) -dumpmachine)),$(O)/guest/plugin.so)
# A plain loop in several layouts, to hold fork's figure against: see tests/weight.c.
PLAIN   := $(addprefix $(O)/tests/plain_fork_,1 1024 2048 3072)
FAKES   := $(patsubst tests/benches/%.c,$(O)/tests/benches/%,$(wildcard tests/benches/*.c))

# Benchmarks with one function of their runtime spoilt: each must find out. The functions are
# those that tests/broken/*.c wrap.
BREAKS  := $(wildcard tests/broken/*.c)
WRAPPED := $(if $(BREAKS),$(shell grep -oh '__wrap_[a-z0-9_]*' $(BREAKS) | sed 's/^__wrap_//' | sort -u))
BROKEN  := $(patsubst %,$(O)/tests/broken/%,$(filter switch_% msg_% bw_% lock_% many_% cow first_touch clone3 fork_cgroup shared,$(NAMES)))

# Benchmarks whose operations do a known bit more, for exact mode to find.
CHANGES := nothing call hundred page
CHANGED := $(foreach c,$(CHANGES),$(addprefix $(O)/tests/changed/$c/,fork getpid targets))

# The driver: every module but main.c goes into an archive that the unit tests link, too.
# The libraries are asked for when a recipe runs, for only then is pkg-config sure to be there.
LIBS     = $(shell pkg-config --libs jansson hwloc gsl) -lpfm
INCLUDES = $(shell pkg-config --cflags jansson hwloc gsl)
MODULES := $(patsubst %.c,$(O)/obj/%.o,$(filter-out harness/main.c,$(wildcard harness/*.c)))
FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
UNITS   := $(patsubst tests/unit/%.c,$(O)/tests/unit/%,$(wildcard tests/unit/test_*.c))
SUITES  := $(patsubst harness/suites/%,$(O)/suites/%,$(wildcard harness/suites/*.suite))
CLAIMS  := $(patsubst harness/claims/%,$(O)/claims/%,$(wildcard harness/claims/*.claims))
PLOTS   := $(patsubst plots/%,$(O)/plots/%,$(wildcard plots/*.gp plots/*.css))

BENCH_CFLAGS := $(STD) $(CFLAGS) $(WARN) -fno-stack-protector -fno-asynchronous-unwind-tables \
                -ffunction-sections -fdata-sections
APP_CFLAGS := $(STD) $(CFLAGS) $(SAN) $(WARN) -pthread
HARNESS_CFLAGS = $(STD) $(CFLAGS) $(SAN) $(WARN) $(INCLUDES)
STATIC  := -static -Wl,--gc-sections
DYNAMIC := -pie -Wl,--gc-sections,-z,now

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:

## all: install what the build lacks, build everything (the default)
all: benches apps $(PROBES) $(GUEST) $(O)/lwpbench $(SUITES) $(CLAIMS) $(PLOTS)
benches: $(BENCHES)
apps: $(APPS)

## bench: build, run the default suite and the whole programs, draw it, print where to look
bench: SUITE := default
bench: MORE := apps
## quick: the same with a short suite
quick: SUITE := quick
# A failed case (status 1) still leaves a result worth showing, and make fails in the end.
bench quick:
	@$(deps) build bench
	@$(MAKE) $(jobs) --no-print-directory all
	@$(O)/lwpbench run -s $(SUITE); status=$$?; \
	[ $$status -le 1 ] || exit $$status; \
	for more in $(MORE); do \
		$(O)/lwpbench $$more results/latest; s=$$?; \
		[ $$s -lt 128 ] || exit $$s; \
		[ $$s -eq 0 ] || status=$$s; \
	done; \
	$(O)/lwpbench plot results/latest && $(O)/lwpbench show results/latest && \
		$(O)/lwpbench report results/latest >/dev/null || exit; \
	echo; echo "The result and its pictures: $$(readlink -f results/latest)"; \
	echo "All of it on one page: $$(readlink -f results/latest)/report.html"; \
	exit $$status

## plots: draw the pictures of RESULT (results/latest) again; FORMAT=svg,png,pdf,txt
plots:
	@$(deps) build bench
	@$(MAKE) --no-print-directory all
	@$(O)/lwpbench plot $(if $(FORMAT),-f '$(FORMAT)') $(RESULT)

## compare: what has changed from the results in BASE=dir to those in NEW=dir; ARGS='--alpha 5%'
compare:
	@[ -n '$(BASE)' ] && [ -n '$(NEW)' ] || \
		{ echo 'make compare: want BASE=dir NEW=dir, results or folders of results' >&2; exit 2; }
	@$(deps) build
	@$(MAKE) $(jobs) --no-print-directory $(O)/lwpbench
	@$(O)/lwpbench compare $(ARGS) $(BASE) -- $(NEW)

## exact: fetch QEMU and kernels, build, count instructions in a guest, print them; ARGS='-b fork'
exact: RESULT = results/exact
exact:
	@$(deps) build
	@O='$(O)' scripts/exact
	@$(MAKE) $(jobs) --no-print-directory all
	@$(O)/lwpbench exact run $(ARGS) -o $(RESULT) && $(O)/lwpbench show $(RESULT)

## test-guests: what boots guests for real: the same to the digit on a busy host; some minutes
test-guests:
	@$(deps) build test
	@O='$(O)' scripts/exact
	@$(MAKE) $(jobs) --no-print-directory all $(CHANGED)
	@LWPBENCH='$(abspath $(O))/lwpbench' BENCHES='$(abspath $(O))/benches' bats tests/guests

## test: install what the tests lack, build, run every test
test:
	@$(deps) build bench test
	@$(MAKE) $(jobs) --no-print-directory all tests
	@$(MAKE) $(jobs) --no-print-directory O=$(O)/asan SANITIZE=address,undefined \
		$(O)/asan/lwpbench apps units replays
	@for folder in benches tests/benches; do \
		rm -rf $(O)/asan/$$folder && cp -al $(O)/$$folder $(O)/asan/$$folder || exit; \
	done
	@tests/run $(O)
## test-full: every test, with guests and tests/elsewhere: other compilers, libcs, machines, rights
test-full:
	@$(deps) full || echo 'What is missing is skipped.' >&2
	@status=0; for what in test test-guests pmu; do \
		$(MAKE) --no-print-directory $$what || status=1; \
	done; \
	O='$(O)' tests/elsewhere || status=1; exit $$status

units: $(UNITS)
replays: $(FUZZERS:%=$(O)/tests/replay/%)
tests: units $(FAKES) $(BROKEN) $(O)/tests/inject $(O)/tests/weight $(PLAIN) $(O)/tests/plain_memory

## coverage: how many lines of harness/ the tests run, a line a file; fails below 85 %
# By gcc: gcovr would not read what clang counts.
COUNTED := --coverage -Wl,--wrap=_exit,--wrap=execvpe
coverage:
	@$(deps) build bench test check
	@$(MAKE) $(jobs) --no-print-directory all $(FAKES)
	@mkdir -p $(O)/coverage && gcc $(STD) $(WARN) -c tests/coverage.c -o $(O)/coverage/flush.o
	@$(MAKE) $(jobs) --no-print-directory O=$(O)/coverage CC=gcc CFLAGS='-O0 -g --coverage' \
		LDFLAGS='$(COUNTED) $(O)/coverage/flush.o' $(O)/coverage/lwpbench units
	@for folder in benches tests/benches apps probes; do \
		rm -rf $(O)/coverage/$$folder && mkdir -p $(O)/coverage/tests && \
			cp -al $(O)/$$folder $(O)/coverage/$$folder || exit; \
	done
	@find $(O)/coverage -name '*.gcda' -delete
	@tests/run $(O) coverage >$(O)/coverage/tests.log || \
		echo 'Some tests failed with counters in the driver, see $(O)/coverage/tests.log: make test is the judge.'
	@gcovr --root . --object-directory $(O)/coverage --filter harness/ --fail-under-line 85 \
		$(O)/coverage

## soak: SOAK (1h) of runs, comparisons and history, over and over: nothing may grow
SOAK ?= 1h
soak:
	@$(deps) build bench test
	@$(MAKE) $(jobs) --no-print-directory all
	@tests/soak.py $(O)/lwpbench $(SOAK)

## fuzz: FUZZ_SECONDS (60) of each fuzzer, by clang's libFuzzer with the sanitizers
FUZZ_SECONDS ?= 60
fuzz:
	@$(deps) build test
	@$(MAKE) $(jobs) --no-print-directory O=$(O)/fuzz CC=clang SANITIZE=fuzzer-no-link,address,undefined \
		$(FUZZERS:%=$(O)/fuzz/tests/fuzz/%)
	@tests/fuzz/run $(O)/fuzz/tests/fuzz $(FUZZ_SECONDS)

## faults: mishaps over a run, and every system call of every benchmark and of the driver fails; an hour
faults:
	@$(deps) build test
	@$(MAKE) $(jobs) --no-print-directory all $(O)/tests/inject $(O)/tests/clock_step.so
	@status=0; tests/mishaps $(O) || status=1; \
	tests/inject_driver.sh $(O)/lwpbench || status=1; \
	$(O)/tests/inject $(O)/benches || status=1; exit $$status

## pmu: counters, tried in an arm64 machine that QEMU emulates with a PMU; a minute
ARM64 := $(O)/arm64
pmu:
	@$(deps) build test
	@$(MAKE) $(jobs) --no-print-directory $(O)/lwpbench $(O)/tests/pmu/count
	@if scripts/arm64 $(ARM64)/debian; then \
		$(MAKE) $(jobs) --no-print-directory O=$(ARM64) CC=aarch64-linux-gnu-gcc DEPS=no \
			PFM=$(ARM64)/debian pmu-guest; \
	fi || echo 'pmu: what is missing is skipped' >&2
	@LWPBENCH=$(O)/lwpbench ARM64=$(ARM64) bats tests/pmu
pmu-guest: $(GUEST) $(O)/tests/pmu/encode $(O)/tests/benches/loop \
	$(addprefix $(O)/benches/,null getpid fork pthread_create switch_pipe)

## check: format, lint, static analysis, dependency rules
check:
	@$(deps) build test check
	@CC='$(CC)' scripts/check

## install: into PREFIX (/usr/local), below DESTDIR
LIBEXEC := $(DESTDIR)$(PREFIX)/libexec/lwpbench
SHARED  := $(DESTDIR)$(PREFIX)/share
SHARE   := $(SHARED)/lwpbench
# Where each shell looks for what completes a program's arguments.
FOR_BASH := $(SHARED)/bash-completion/completions/lwpbench
FOR_ZSH  := $(SHARED)/zsh/site-functions/_lwpbench
FOR_FISH := $(SHARED)/fish/vendor_completions.d/lwpbench.fish
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/suites $(SHARE)/plots $(SHARE)/claims \
		$(LIBEXEC)/benches/dynamic $(LIBEXEC)/benches/targets $(LIBEXEC)/apps \
		$(LIBEXEC)/probes
	install -m 755 $(O)/lwpbench $(DESTDIR)$(PREFIX)/bin/
	install -m 755 $(NAMES:%=$(O)/benches/%) $(LIBEXEC)/benches/
	install -m 755 $(NAMES:%=$(O)/benches/dynamic/%) $(LIBEXEC)/benches/dynamic/
	install -m 755 $(TARGETS:%=$(O)/benches/targets/%) $(LIBEXEC)/benches/targets/
	install -m 755 $(APPS) $(LIBEXEC)/apps/
	$(if $(PROBES),install -m 755 $(PROBES) $(LIBEXEC)/probes/)
	$(if $(GUEST),install -D -m 755 -t $(LIBEXEC)/guest $(GUEST))
	$(if $(CLAIMS),install -m 644 $(CLAIMS) $(SHARE)/claims/)
	$(if $(SUITES),install -m 644 $(SUITES) $(SHARE)/suites/)
	$(if $(PLOTS),install -m 644 $(PLOTS) $(SHARE)/plots/)
	install -D -m 644 -t $(SHARED)/man/man1 harness/man/lwpbench.1
	install -D -m 644 -t $(SHARED)/man/man5 harness/man/lwpbench-result.5
	install -D -m 644 scripts/completion/lwpbench.bash $(FOR_BASH)
	install -D -m 644 scripts/completion/lwpbench.zsh $(FOR_ZSH)
	install -D -m 644 scripts/completion/lwpbench.fish $(FOR_FISH)

## uninstall: remove what install put there
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/lwpbench $(SHARED)/man/man1/lwpbench.1 \
		$(SHARED)/man/man5/lwpbench-result.5 $(FOR_BASH) $(FOR_ZSH) $(FOR_FISH)
	rm -rf $(LIBEXEC) $(SHARE)

## clean: remove the build folder
clean:
	rm -rf $(O)

## help: this list
help:
	@sed -n 's/^## \([a-z-]*\): /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name text; do \
		printf '  make %-10s %s\n' "$$name" "$$text"; done
	@echo '  with O=folder, CC=clang, CFLAGS=..., SANITIZE=address,undefined, WERROR=1, V=1, DEPS=no'

# Stamps: files that are written again only when what they hold has changed.
FLAGS := $(CC) | $(CFLAGS) | $(LDFLAGS) | $(WARN) | $(SAN) | $(VERSION)
stamp = @mkdir -p $(@D); echo '$(1)' | cmp -s - $@ || echo '$(1)' >$@
$(O)/.flags: FORCE
	$(call stamp,$(FLAGS))
$(O)/.revision: FORCE
	$(call stamp,$(REVISION))
# A file that is gone is not newer than what was made of it, but the list of files is.
$(O)/.runtime: FORCE
	$(call stamp,$(COMMON))
$(O)/.helpers: FORCE
	$(call stamp,$(HELPERS))
$(O)/.probes: FORCE
	$(call stamp,$(PROBESRC))
$(O)/.modules: FORCE
	$(call stamp,$(MODULES))
# What the build needs is looked for once.
$(O)/.deps: scripts/deps
	@$(deps) build
	@mkdir -p $(@D) && touch $@

$(O)/obj/static/%.o: benches/%.c $(O)/.flags | $(O)/.deps
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(BENCH_CFLAGS) -DLWP_LINK='"static"' -fno-pie -MMD -MP -c $< -o $@
$(O)/obj/dynamic/%.o: benches/%.c $(O)/.flags | $(O)/.deps
	@mkdir -p $(@D)
	$(Q)$(CC) $(BENCH_CFLAGS) -DLWP_LINK='"dynamic"' -fPIE -MMD -MP -c $< -o $@
$(O)/obj/fake/%.o: tests/benches/%.c $(O)/.flags | $(O)/.deps
	@mkdir -p $(@D)
	$(Q)$(CC) $(BENCH_CFLAGS) -Ibenches -fno-pie -MMD -MP -c $< -o $@

$(O)/benches/%: $(O)/obj/static/%.o $(COMMON:%=$(O)/obj/static/%.o) $(O)/.runtime
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(CC) $(STATIC) $(LDFLAGS) $(filter %.o,$^) -o $@
$(O)/benches/dynamic/%: $(O)/obj/dynamic/%.o $(COMMON:%=$(O)/obj/dynamic/%.o) $(O)/.runtime
	@mkdir -p $(@D)
	$(Q)$(CC) $(DYNAMIC) $(LDFLAGS) $(filter %.o,$^) -o $@
$(O)/benches/targets/%-static: $(O)/obj/static/targets/%.o $(TARGET_PARTS:%=$(O)/obj/static/%.o)
	@mkdir -p $(@D)
	$(Q)$(CC) $(STATIC) $(LDFLAGS) $^ -o $@
$(O)/benches/targets/%-dynamic: $(O)/obj/dynamic/targets/%.o $(TARGET_PARTS:%=$(O)/obj/dynamic/%.o)
	@mkdir -p $(@D)
	$(Q)$(CC) $(DYNAMIC) $(LDFLAGS) $^ -o $@
$(O)/probes/sharing: $(PROBESRC:benches/%.c=$(O)/obj/static/%.o) \
		$(PROBE_PARTS:%=$(O)/obj/static/%.o) $(O)/.probes
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(CC) $(STATIC) $(LDFLAGS) $(filter %.o,$^) -o $@
$(O)/guest/init: harness/guest/init.c harness/guest/frame.h harness/guest/arch.h benches/mark.h $(O)/.flags | $(O)/.deps
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(CC) $(BENCH_CFLAGS) $(STATIC) $(LDFLAGS) $< -o $@
# What it calls is QEMU's, which loads it.
$(O)/guest/plugin.so: harness/guest/plugin.c harness/guest/profile.h benches/mark.h $(O)/.flags | $(O)/.deps
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(CC) $(STD) $(CFLAGS) $(WARN) -fPIC -shared $(LDFLAGS) $< -o $@
# Ordinary programs, unlike the benchmarks.
$(O)/obj/apps/%.o: benches/apps/%.c $(O)/.flags | $(O)/.deps
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(APP_CFLAGS) -MMD -MP -c $< -o $@
$(O)/apps/%: $(O)/obj/apps/%.o $(HELPERS) $(O)/.helpers
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(CC) $(SAN) $(LDFLAGS) -pthread $(filter %.o,$^) -o $@
$(O)/tests/benches/%: $(O)/obj/fake/%.o $(COMMON:%=$(O)/obj/static/%.o) $(O)/.runtime
	@mkdir -p $(@D)
	$(Q)$(CC) $(STATIC) $(LDFLAGS) $(filter %.o,$^) -o $@

$(O)/obj/broken/%.o: tests/broken/%.c $(O)/.flags | $(O)/.deps
	@mkdir -p $(@D)
	$(Q)$(CC) $(BENCH_CFLAGS) -Ibenches -fno-pie -MMD -MP -c $< -o $@
$(O)/tests/broken/%: $(O)/obj/static/%.o $(COMMON:%=$(O)/obj/static/%.o) \
		$(BREAKS:tests/broken/%.c=$(O)/obj/broken/%.o) $(O)/.runtime
	@mkdir -p $(@D)
	$(Q)$(CC) $(STATIC) $(LDFLAGS) $(WRAPPED:%=-Wl,--wrap=%) $(filter %.o,$^) -o $@

# The change stands behind all else, that nothing else moves by it.
define change
$(O)/obj/changed/$1.o: tests/changed/changed.c $(O)/.flags | $(O)/.deps
	@mkdir -p $$(@D)
	$(Q)$(CC) $(BENCH_CFLAGS) -fno-pie -DCHANGE=$(shell echo '$1' | tr a-z A-Z) -c $$< -o $$@
$(O)/tests/changed/$1/targets: $(TARGETS:%=$(O)/benches/targets/%)
	@mkdir -p $$(@D)
	$(Q)rm -rf $$@ && cp -r $(O)/benches/targets $$@
$(O)/tests/changed/$1/%: $(O)/obj/static/%.o $(COMMON:%=$(O)/obj/static/%.o) $(O)/obj/changed/$1.o $(O)/.runtime
	@mkdir -p $$(@D)
	$(Q)$(CC) $(STATIC) $(LDFLAGS) -Wl,--wrap=fork,--wrap=syscall $$(filter %.o,$$^) -o $$@
endef
$(foreach c,$(CHANGES),$(eval $(call change,$c)))

# The revision changes with each commit: only one file may know it.
$(O)/obj/harness/host.o: $(O)/.revision
$(O)/obj/harness/host.o: DEFINES = -DLWP_COMPILER_FLAGS='"$(CFLAGS)"' \
	$(if $(REVISION),-DLWP_REVISION='"$(REVISION)"')
$(O)/obj/harness/%.o: harness/%.c $(O)/.flags | $(O)/.deps
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(HARNESS_CFLAGS) -DLWP_VERSION='"$(VERSION)"' $(DEFINES) -MMD -MP -c $< -o $@
$(O)/harness.a: $(MODULES) $(O)/.modules
	$(Q)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)
$(O)/lwpbench: $(O)/obj/harness/main.o $(O)/harness.a | $(SUITES) $(CLAIMS) $(PLOTS)
	$(call say,LINK)
	$(Q)$(CC) $(SAN) $(LDFLAGS) $^ $(LIBS) -o $@
$(O)/suites/%: harness/suites/%
	@mkdir -p $(@D) && cp $< $@
$(O)/claims/%: harness/claims/%
	@mkdir -p $(@D) && cp $< $@
$(O)/plots/%: plots/%
	@mkdir -p $(@D) && cp $< $@
$(O)/obj/unit/%.o: tests/unit/%.c $(O)/.flags | $(O)/.deps
	@mkdir -p $(@D)
	$(Q)$(CC) $(HARNESS_CFLAGS) -Iharness -MMD -MP -c $< -o $@
# As libFuzzer calls them, and as a program that is given the corpus.
$(O)/tests/fuzz/%: tests/fuzz/fuzz_%.c tests/fuzz/fuzz.h $(O)/harness.a
	$(call say,FUZZ)
	@mkdir -p $(@D)
	$(Q)$(CC) $(HARNESS_CFLAGS) $(LDFLAGS) -fsanitize=fuzzer $< $(O)/harness.a $(LIBS) -o $@
$(O)/tests/replay/%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c tests/fuzz/fuzz.h $(O)/harness.a
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(CC) $(HARNESS_CFLAGS) $(LDFLAGS) $(filter %.c,$^) $(O)/harness.a $(LIBS) -o $@

$(O)/tests/unit/%: $(O)/obj/unit/%.o $(O)/harness.a
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(CC) $(SAN) $(LDFLAGS) $^ $(LIBS) $(shell pkg-config --libs cmocka) -o $@

$(O)/tests/inject: tests/inject.c tests/inject_judge.c tests/inject_judge.h $(O)/harness.a \
		$(O)/.flags | $(O)/tests/refuse
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(CC) $(HARNESS_CFLAGS) $(LDFLAGS) $(filter %.c %.a,$^) $(LIBS) -o $@
$(O)/tests/refuse: tests/refuse.c $(O)/.flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(STD) $(CFLAGS) $(WARN) $(STATIC) $< -o $@
$(O)/tests/clock_step.so: tests/clock_step.c $(O)/.flags
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(CC) $(STD) $(CFLAGS) $(WARN) -shared -fPIC $< -o $@
$(O)/tests/weight: tests/weight.c $(O)/harness.a $(O)/.flags
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(CC) $(HARNESS_CFLAGS) -Iharness $(LDFLAGS) $(filter %.c %.a,$^) $(LIBS) -o $@
$(O)/tests/forbid: tests/forbid.c $(O)/.flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(STD) $(CFLAGS) $(WARN) $< -o $@
# The test of the counter path: what boots the guest, and, where CC is a cross compiler, what
# runs in it; PFM is where that one's libpfm4 was unpacked.
$(O)/tests/pmu/count: tests/pmu/count.c $(O)/harness.a $(O)/.flags
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(CC) $(HARNESS_CFLAGS) -DLWP_VERSION='"$(VERSION)"' -Iharness $(LDFLAGS) $(filter %.c %.a,$^) $(LIBS) -o $@
$(O)/tests/pmu/encode: tests/pmu/encode.c $(addprefix harness/,events.c plain.c units.c util.c) $(O)/.flags
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(CC) $(STD) $(CFLAGS) $(WARN) -DLWP_VERSION='"$(VERSION)"' -isystem $(PFM)/usr/include -Iharness $(STATIC) \
		$(filter %.c,$^) $(wildcard $(PFM)/usr/lib/*/libpfm.a) -lm -o $@
$(O)/tests/plain_memory: tests/plain_memory.c $(O)/.flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(STD) $(CFLAGS) $(WARN) $(STATIC) $< -o $@
$(O)/tests/plain_fork_%: tests/plain_fork.c $(O)/.flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(STD) $(CFLAGS) $(WARN) $(STATIC) -DPAD=$* $< -o $@

-include $(wildcard $(O)/obj/*/*.d $(O)/obj/*/*/*.d)
FORCE:
.PHONY: all benches apps bench quick plots compare exact test test-full test-guests pmu pmu-guest units replays tests coverage soak fuzz faults check install uninstall clean help FORCE
