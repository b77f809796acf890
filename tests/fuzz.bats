#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Every fuzzer takes its corpus, and what once broke something; `make fuzz` finds more.

bats_require_minimum_version 1.5.0

@test "each fuzzer takes its corpus" {
	replay=$(dirname "${LWPBENCH:-build/lwpbench}")/tests/replay
	for source in tests/fuzz/fuzz_*.c; do
		name=${source#tests/fuzz/fuzz_} name=${name%.c}
		echo "$name"
		run -0 --separate-stderr "$replay/$name" "tests/fuzz/corpus/$name"
		# shellcheck disable=SC2154 # set by run
		echo "$stderr"
		[ "$output" = "$(find "tests/fuzz/corpus/$name" -type f | wc -l) inputs" ]
	done
}
