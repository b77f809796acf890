#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The subcommands of `exact` as far as they need no guest: their use, and two results compared.

bats_require_minimum_version 1.5.0

load result

setup() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	cd "$BATS_TEST_TMPDIR" || exit
}

@test "wrong use is one line and status 2" {
	while IFS='|' read -r want args; do
		eval "set -- $args"
		run "$LWPBENCH" exact "$@"
		echo "$args: $status: $output"
		# Not even that may look to git bisect like a bad commit.
		[[ $args == compare* ]] && wrong=125 || wrong=2
		[ "$status" -eq "$wrong" ]
		[[ ${lines[0]} == *"$want"* ]]
	done <<-'END'
		want run, compare, calibrate or explain|
		want run, compare, calibrate or explain|nonsense
		want two results|compare
		want two results|compare one
		want two results|compare one two three
		want two results|compare one two --b-kernel x
		want two results|compare one two --kernel x
		want a case|explain
		want one or two kernels|explain -b fork one two three
		--samples: 1|run --samples 1
	END
}

@test "a kernel that is not there cannot be judged: 125, for git bisect to skip it" {
	run "$LWPBENCH" exact compare --a-kernel none --b-kernel none -b getpid
	echo "$output"
	[ "$status" -eq 125 ]
	[ "${#lines[@]}" -eq 1 ]
}

@test "results that exact run did not make cannot be judged: 125" {
	echo 'case("fork", "creation", [1000, 1001, 1002])' | write_result
	run "$LWPBENCH" exact compare r r
	echo "$output"
	[ "$status" -eq 125 ]
	[[ $output == *"not counted by"* ]]
}
