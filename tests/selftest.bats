#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The selftest on this machine: what is injected is there, and what it says adds up.

bats_require_minimum_version 1.5.0

setup() {
	export LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	cd "$BATS_TEST_TMPDIR" || exit
}

# bats test_tags=benchmarks
@test "an injected slowdown is seen as what it is, and found" {
	run --separate-stderr "$LWPBENCH" selftest -q -b getpid --inject 50% --budget 6s --seed 1 --json
	echo "$output"
	[ -z "$stderr" ]
	/usr/bin/python3 - "$status" "$output" <<-'PY'
	import json, sys
	t = json.loads(sys.argv[2])
	assert t["status"] == int(sys.argv[1]) and t["seed"] == 1 and t["inject"] == 0.5
	(case,) = t["cases"]
	assert case["case"] == "getpid" and case["family"] == "floor"
	assert 1.3 < case["ratio"] < 1.7, case
	assert case["ci"][0] < case["ratio"] < case["ci"][1]
	assert min(case["blocks"], case["injected_blocks"]) > 10
	assert case["injected"] == "regressed" and case["same"] != "regressed"
	(family,) = t["families"]
	assert family["family"] == "floor" and family["found"] == family["cases"] == 1
	assert family["worst"] == case["finds"] and family["ratio"] == case["ratio"]
	found = [f["change"] for f in case["finds"]["alone"] if f["change"] is not None]
	assert found == sorted(found, reverse=True) and len(found) >= 4
	assert t["contests"] == 1000
	assert t["rate_ci"][0] <= t["rate"] == t["false_alarms"] / 1000 <= t["rate_ci"][1]
	PY
}

# A clock read more in each sample, the shortest of which are 250 of them, would be 1.4 %. Where
# the machine is so noisy that the interval holds both, nothing is shown.
# bats test_tags=benchmarks
@test "a small share is not surely larger than it says, even in the shortest samples" {
	run "$LWPBENCH" selftest -q -b null --inject 1% --budget 4s --seed 1 --json
	echo "$output"
	/usr/bin/python3 - "$output" <<-'PY'
	import json, sys
	(case,) = json.loads(sys.argv[1])["cases"]
	assert case["ci"][0] is not None and case["ci"][0] < 1.0125, case
	assert case["ci"][1] > 1.005, case
	PY
}

@test "the tables have every case and family, and a row for the worst of several" {
	run --separate-stderr "$LWPBENCH" selftest -q -b getpid -b clock -b vfork -b weight --inject 50% --budget 4s --seed 2
	echo "$output"
	[ "$stderr" = "lwpbench: weight: not measured: its samples are no times" ]
	for row in '^getpid ' '^clock ' '^vfork ' '^floor, typical ' '^floor, worst ' '^creation ' \
		'^False alarms: of 1000 comparisons of equal arms over all 3 cases' '^--seed 2 '; do
		grep -qE -- "$row" <<<"$output"
	done
}

@test "what cannot be drawn out is no measurement: status 3" {
	run -3 --separate-stderr "$LWPBENCH" selftest -q -b weight --budget 1s
	[[ $stderr == *"weight: not measured"* ]]
}

@test "a signal ends a selftest with its status" {
	run --separate-stderr timeout --preserve-status -s INT 1 "$LWPBENCH" selftest -q -b getpid --budget 60s
	[ "$status" -eq 130 ]
	[ "$stderr" = "lwpbench: ended by SIGINT" ]
	[ -z "$output" ]
}

@test "a budget too small to say anything is told, with status 77" {
	run --separate-stderr "$LWPBENCH" selftest -q -b getpid --budget 1s
	echo "$output"
	[ "$status" -eq 77 ]
	[[ $output == *"Too little was measured to say whether"*"give --budget "*" or more."* ]]
}

@test "wrong use of selftest is one line and status 2" {
	for wrong in '-b no_such' '--alpha 60%' '-s claims' '--inject 0%' '--inject many' '--budget 0' '--seed x' 'fork' '-s nothing'; do
		# shellcheck disable=SC2086
		run -2 "$LWPBENCH" selftest $wrong
		echo "$output"
		[ "$(head -n 1 <<<"$output" | grep -c lwpbench)" -eq 1 ]
	done
}
