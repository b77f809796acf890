#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The harness's own weight: fork as a rep measures it, against a plain loop, in turns.

setup() {
	BENCHES=${BENCHES:-$PWD/build/benches}
	TESTS=$(dirname "$BENCHES")/tests
}

# bats test_tags=alone
@test "fork from a lean program costs what it costs from a plain loop, within 3 %" {
	run "$TESTS/weight" "$BENCHES/fork" "$TESTS"/plain_fork_*
	echo "$output" | sed 's/^/# /' >&3
	[ "$status" -eq 0 ]
}
