#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Context switches: every way, between every kind of task, and proof that they happened.

load tasks

setup() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	BENCHES=${BENCHES:-$PWD/build/benches}
	FAKES=$(dirname "$LWPBENCH")/tests/benches
	cd "$BATS_TEST_TMPDIR" || exit
	rings=(pipe futex eventfd unix yield)
	kinds=(process thread clone:VM+FS+FILES clone:lwp+THREAD+SYSVSEM clone:none)
	began=()
}

teardown() {
	local pid
	for pid in "${began[@]}"; do
		kill -KILL "$pid" 2>/dev/null || true
	done
	# No peer outlives its creator.
	run pgrep -f "$BENCHES/switch_|$FAKES/switch_"
	[ "$status" -ne 0 ]
}

@test "each switch benchmark describes itself, with the case as it was typed" {
	for name in "${rings[@]}"; do
		run "$BENCHES/switch_$name" --describe task=clone:VM+FS+FILES ws=64K
		[ "$status" = 0 ]
		[[ $output == *"family	switch"* ]]
		[[ $output == *"case	switch_$name/task=clone:VM+FS+FILES/ws=65536"* ]]
		[[ $output == *"param	task	set	process	clone:VM+FS+FILES	"* ]]
	done
	for text in process thread clone:none clone:lwp; do
		run "$BENCHES/switch_pipe" --describe "task=$text"
		[[ $output == *"param	task	set	process	$text	"* ]]
	done
}

@test "a set's prefix and its lone names are not mixed" {
	for text in VM lwp clone: clone thread+VM process+thread clone:thread clone:VM+process \
		clone:clone: clone:VM+ ''; do
		run "$BENCHES/switch_pipe" "task=$text"
		echo "$text: $output"
		[ "$status" = 2 ]
		[[ $output == "switch_pipe: task=$text: want "* ]]
	done
}

@test "illegal sets are refused by clone3's rules" {
	run "$BENCHES/switch_pipe" task=clone:SIGHAND
	[ "$status" = 2 ]
	[ "$output" = "switch_pipe: task: SIGHAND needs VM" ]
	run "$BENCHES/switch_futex" task=clone:VM+THREAD
	[ "$output" = "switch_futex: task: THREAD needs SIGHAND" ]
}

@test "every way between every kind of task, by hand, with and without the switch" {
	for name in "${rings[@]}"; do
		for kind in "${kinds[@]}"; do
			for switch in yes no; do
				silent "$BENCHES/switch_$name" "task=$kind" "switch=$switch" ws=8K 500
			done
		done
	done
}

@test "a longer ring, two CPUs or any, another link" {
	for kind in process thread; do
		for params in tasks=9 place=any "tasks=5 place=any" link=dynamic; do
			# shellcheck disable=SC2086 # words
			silent "$BENCHES/switch_futex" "task=$kind" $params 200
		done
	done
}

@test "one round is a send and a receive of each task" {
	command -v strace || skip "needs strace"
	for kind in process thread; do
		strace -f -c -o counts -e trace=write,read "$BENCHES/switch_pipe" "task=$kind" tasks=3 50
		cat counts
		# The peers wait once more, until they are told to leave.
		awk '$NF == "write" { w = $4 } $NF == "read" { r = $4 }
			END { exit !(w == 150 && r >= 150) }' counts
	done
	strace -f -c -o counts -e trace=fork,clone,clone3,write,read \
		"$BENCHES/switch_pipe" switch=no tasks=3 50
	awk '$NF == "write" { w = $4 } $NF ~ /^clone/ { c = $4 }
		END { exit !(w == 150 && !c) }' counts
}

@test "under the driver: process, thread and a clone between them" {
	run "$LWPBENCH" run -q --budget 2500ms -o r --events none \
		-b switch_pipe/task=process,thread,clone:VM+FS+FILES \
		-b switch_yield -b switch_futex/place=core -b switch_user/how=swapcontext,asm
	echo "$output"
	[ "$status" = 0 ]
	"$LWPBENCH" show --json r | grep -F '"switch_pipe/task=clone:VM+FS+FILES"' | grep '"status": *"ok"'
	# There and back again are two switches.
	python3 - <<-'PY'
		import json
		for c in json.load(open("r/result.json"))["cases"]:
		    if c["bench"].startswith("switch_"):
		        assert all(rep["burst"] == 2 for rep in c["reps"]), c["case"]
	PY
	! "$LWPBENCH" show --json r | grep '"status": *"failed"'
}

@test "switches that did not happen are no figure" {
	for kind in process thread; do
		run "$FAKES/switch_liar" "task=$kind" 200
		echo "$output"
		[ "$status" = 1 ]
		[[ $output =~ ^"switch_liar: the ops claim "[0-9]+" switches, the kernel counted "[0-9]+" voluntary and " ]]
	done
	run "$LWPBENCH" run -q --budget 1s --benches "$FAKES" -b switch_liar -o r
	[ "$status" = 1 ]
	"$LWPBENCH" show r | grep -F "failed"
	"$LWPBENCH" show r | grep -F "switches, the kernel counted"
}

@test "a peer that is killed ends the rep with the reason" {
	for name in "${rings[@]}"; do
		for kind in process clone:VM+FS+FILES; do
			echo "$name $kind"
			"$BENCHES/switch_$name" "task=$kind" tasks=2 1000M 2>said 3>&- &
			began+=($!)
			local status=0
			children $! >peer
			sleep 0.1
			kill -KILL "$(<peer)"
			wait $! || status=$?
			cat said
			[ "$status" = 1 ]
			[ "$(cat said)" = "switch_$name: task 1 was killed by signal 9" ]
		done
	done
}

@test "the same in a ring of many, and under the driver" {
	"$BENCHES/switch_pipe" tasks=6 1000M 2>said 3>&- &
	began+=($!)
	local peer status=0 driver keeper kids=()
	peer=$(children $! | tail -n 1)
	sleep 0.1
	kill -KILL "$peer"
	wait $! || status=$?
	[ "$status" = 1 ]
	[[ $(cat said) == "switch_pipe: task "[1-5]" was killed by signal 9" ]]

	"$LWPBENCH" run -q --budget 4s --precision 0.01% --events none -b switch_pipe/ws=64M -o r 3>&- &
	driver=$!
	began+=("$driver")
	# With so much to walk a rep is long; a peer may yet be met when it is about to leave: until one tells.
	while kill -0 "$driver" 2>/dev/null; do
		find_kids "$driver"
		for keeper in "${kids[@]}"; do
			find_kids "$keeper"
			[ -z "${kids[*]}" ] || find_kids "${kids[0]}"
			((!${#kids[@]})) || kill -KILL "${kids[@]}" 2>/dev/null || true
		done
	done
	status=0
	wait "$driver" || status=$?
	[ "$status" = 1 ]
	"$LWPBENCH" show r | grep -F "was killed by signal 9"
}

@test "a creator that is killed takes its peers along" {
	for kind in process thread clone:VM+FS+FILES; do
		"$BENCHES/switch_pipe" "task=$kind" tasks=4 1000M 3>&- &
		began+=($!)
		sleep 0.1
		kill -KILL $!
		wait $! || true
		gone "$BENCHES/switch_pipe"
	done
}

@test "a yield that need not switch is refused" {
	for place in any core sibling package; do
		run "$BENCHES/switch_yield" "place=$place"
		[ "$status" = 2 ]
		[[ $output == "switch_yield: place: a yield switches only between tasks on one CPU; use place=same" ]]
	done
	run "$BENCHES/switch_yield" tasks=3
	[ "$status" = 2 ]
	run "$LWPBENCH" run -q -b switch_yield/place=any -o r
	[ "$status" = 2 ]
	[[ $output == *"a yield switches only between tasks on one CPU"* ]]
}

@test "huge pages are had, or the case is skipped with the reason" {
	run "$BENCHES/switch_pipe" ws=1M huge=yes 50
	[ "$status" = 0 ] || [[ $output == "switch_pipe: huge: "* ]]
}

@test "switches without the kernel" {
	for how in swapcontext asm; do
		run "$BENCHES/switch_user" "how=$how" 1000
		[ "$status" = 0 ] || [[ $output == *"not written for this architecture" ]]
	done
}
