#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# A few of the mishaps that `make faults` brings over a run by the hundred.

@test "kills of the driver, of a benchmark and of its child leave nothing, and a resume goes on" {
	MISHAPS=1 run "$BATS_TEST_DIRNAME/mishaps" "$(dirname "${LWPBENCH:-build/lwpbench}")" \
		'kill -9 of the driver' 'kill -9 of a benchmark'
	[[ $output != *"mishaps: skipped"* ]] || skip "$output"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"kill -9 of a benchmark: failed, named"* ]]
}
