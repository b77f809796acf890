#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The Makefile: what is built again and what is not, where things go, what a new benchmark needs.

bats_require_minimum_version 1.5.0

# One copy of the sources, built once; each test works in a copy of that copy, of links to what
# compiler and linker replace and do not write into. What is built here already with the same
# options comes along.
setup_file() {
	cd "$BATS_TEST_DIRNAME/.." || exit
	mkdir -p "$BATS_FILE_TMPDIR/tree/build"
	cp -a Makefile VERSION benches harness plots scripts tests "$BATS_FILE_TMPDIR/tree/"
	for part in obj benches apps suites plots harness.a lwpbench .flags .runtime .helpers .modules .deps; do
		[ ! -e "build/$part" ] || cp -a "build/$part" "$BATS_FILE_TMPDIR/tree/build/"
	done
	cd "$BATS_FILE_TMPDIR/tree" || exit
	mk all
}

setup() {
	mkdir "$BATS_TEST_TMPDIR/tree"
	cd "$BATS_TEST_TMPDIR/tree" || exit
	cp -a "$BATS_FILE_TMPDIR/tree"/[!b]* "$BATS_FILE_TMPDIR/tree/benches" .
	cp -al "$BATS_FILE_TMPDIR/tree/build" .
	rm -f build/.[a-z]*
	cp -a "$BATS_FILE_TMPDIR/tree/build"/.[a-z]* build/
}

# The same options each time, whatever the caller of the tests had: other ones build anew.
mk() {
	env -u MAKEFLAGS -u MAKELEVEL -u V -u SANITIZE -u CFLAGS -u LDFLAGS -u DEPS -u O -u CC \
		-u PREFIX -u DESTDIR make --no-print-directory -j2 "$@"
}

# A driver that only writes down how it was called; `run` exits with the status given.
fake_driver() {
	rm build/lwpbench
	printf '#!/bin/sh\necho "$*" >>calls\n[ "$1" != run ] || exit %d\n' "$1" >build/lwpbench
	chmod +x build/lwpbench
}

@test "a second make does nothing" {
	run -0 mk
	[ -z "$output" ]
}

@test "a header's users are built again, and nothing else" {
	touch harness/units.h
	run -0 mk
	[[ $output == *'obj/harness/units.o'* ]]
	[[ $output == *'LINK    lwpbench'* ]]
	[[ $output != *obj/static* ]]
	touch benches/bench.h
	run -0 mk build/benches/getpid
	[[ $output == *'obj/static/getpid.o'* ]]
	[[ $output == *'LINK    benches/getpid'* ]]
}

@test "other flags build again, the same ones do not" {
	run -0 mk CFLAGS=-O1 build/obj/harness/units.o build/benches/getpid
	[[ $output == *'obj/harness/units.o'* ]]
	[[ $output == *'LINK    benches/getpid'* ]]
	run -0 mk CFLAGS=-O1 build/obj/harness/units.o build/benches/getpid
	[[ $output != *'CC '* ]]
	[[ $output != *'LINK '* ]]
}

@test "a commit builds one module again" {
	git init -q
	git add Makefile
	git -c user.name=tests -c user.email=tests@localhost -c commit.gpgsign=false commit -qm one
	run -0 mk
	[[ $output == *'obj/harness/host.o'* ]]
	[ "$(grep -c 'CC ' <<<"$output")" -eq 1 ]
	[[ $output != *benches/* ]]
	run -0 mk
	[ -z "$output" ]
}

@test "a module that is gone is gone from the archive" {
	printf 'int unused_module(void);\nint unused_module(void)\n{\n\treturn 0;\n}\n' \
		>harness/unused.c
	mk
	ar t build/harness.a | grep -qx unused.o
	rm harness/unused.c
	mk
	run -1 grep -qx unused.o <(ar t build/harness.a)
}

@test "O= builds elsewhere and leaves the sources alone" {
	rm -rf build
	mk O="$BATS_TEST_TMPDIR/elsewhere" "$BATS_TEST_TMPDIR/elsewhere/benches/getpid"
	"$BATS_TEST_TMPDIR/elsewhere/benches/getpid" 10
	[ ! -e build ]
}

@test "a warning is an error with WERROR=1 and with CI=1, else only a warning" {
	printf 'int warns(void);\nint warns(void)\n{\n\tint unused;\n\n\treturn 0;\n}\n' \
		>benches/part_warns.c
	run ! make WERROR=1 build/obj/static/part_warns.o
	run ! env CI=1 make build/obj/static/part_warns.o
	run -0 env -u CI make build/obj/static/part_warns.o
	[[ $output == *unused* ]]
}

@test "clang builds without a warning" {
	rm -rf build
	# The driver and a program of each kind: of every other source clang-tidy has its warnings.
	run -0 mk CC=clang CFLAGS=-O0 build/apps/copy build/lwpbench \
		build/benches/getpid build/benches/dynamic/getpid
	[[ $output != *warning* ]]
	[ -x build/lwpbench ]
	[ -x build/benches/dynamic/getpid ]
}

@test "V=1 shows the commands" {
	touch benches/getpid.c
	run -0 mk V=1 build/benches/getpid
	[[ $output == *'cc -std=gnu11'*'-c benches/getpid.c'* ]]
}

@test "help lists every target that is for users" {
	run -0 mk help
	for target in all bench quick plots test check install uninstall clean help; do
		grep -qE "^  make $target +[a-z]" <<<"$output"
	done
}

@test "a new benchmark is one new file" {
	cat >benches/getppid.c <<-'END'
	/* SPDX-License-Identifier: GPL-3.0-or-later */
	/* Another system call that does next to nothing. */
	#include <unistd.h>

	#include "bench.h"

	static int op(struct run *run, uint64_t n)
	{
		while (n--)
			if (getppid() < 0)
				return bench_fail(run, "getppid", errno);
		return 0;
	}

	const struct bench bench = {
		.name = "getppid",
		.brief = "getppid(2)",
		.family = "floor",
		.op = op,
	};
	END
	run -0 mk
	[ "$(grep -c LINK <<<"$output")" -eq 1 ]
	run -0 build/benches/getppid 1000
	[ -z "$output" ]
	build/lwpbench list | grep -w getppid
	build/lwpbench run -b getppid --budget 1s --events none -o result
	build/lwpbench show result | grep -w getppid
}

@test "install lays out what the installed lwpbench finds, uninstall removes it" {
	mk install DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/usr
	root=$BATS_TEST_TMPDIR/root/usr
	for file in bin/lwpbench libexec/lwpbench/benches/getpid \
		libexec/lwpbench/benches/dynamic/getpid \
		libexec/lwpbench/benches/targets/exit-static libexec/lwpbench/apps/copy; do
		[ -x "$root/$file" ]
	done
	shopt -s nullglob
	for file in harness/suites/*.suite; do
		[ -f "$root/share/lwpbench/suites/${file##*/}" ]
	done
	for file in plots/*.gp; do
		[ -f "$root/share/lwpbench/plots/${file##*/}" ]
	done
	for file in man/man1/lwpbench.1 man/man5/lwpbench-result.5 bash-completion/completions/lwpbench \
		zsh/site-functions/_lwpbench fish/vendor_completions.d/lwpbench.fish; do
		[ -f "$root/share/$file" ]
	done
	expected=$(build/lwpbench list)
	rm -rf build
	cd /
	[ "$("$root/bin/lwpbench" list)" = "$expected" ]
	grep -qw getpid <<<"$expected"
	cd "$BATS_TEST_TMPDIR/tree"
	mk uninstall DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/usr
	[ -z "$(find "$BATS_TEST_TMPDIR/root" ! -type d)" ]
}

@test "bench runs, draws and shows the default suite, quick the short one" {
	fake_driver 0
	mk bench
	then=$'plot results/latest\nshow results/latest\nreport results/latest'
	[ "$(cat calls)" = $'run -s default\napps results/latest\n'"$then" ]
	rm calls
	mk quick
	[ "$(cat calls)" = $'run -s quick\n'"$then" ]
	rm calls
	mk plots RESULT=results/other
	[ "$(cat calls)" = 'plot results/other' ]
	rm calls
	mk plots FORMAT=pdf,txt
	[ "$(cat calls)" = 'plot -f pdf,txt results/latest' ]
}

@test "bench shows a result with a failed case, and fails" {
	fake_driver 1
	run ! mk bench
	[ "$(wc -l <calls)" -eq 5 ]
	[[ $output == *'The result'* ]]
}

@test "bench shows nothing when nothing was measured" {
	fake_driver 3
	run ! mk bench
	[ "$(cat calls)" = 'run -s default' ]
	[[ $output == *'Error 3'* ]]
}

@test "clean removes the build folder" {
	mk clean
	[ ! -e build ]
	[ -e benches/getpid.c ]
}
