#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Bytes from one task to another: every way, between every kind of task, and proof that
# they came; and the floors that such figures are held against.

load tasks

setup() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	BENCHES=${BENCHES:-$PWD/build/benches}
	BROKEN=$(dirname "$LWPBENCH")/tests/broken
	SCHEMA=${SCHEMA:-$PWD/results/schema.json}
	cd "$BATS_TEST_TMPDIR" || exit
	streams=(pipe unix tcp shm vm splice "splice how=splice")
	kinds=(process thread clone:VM+FS+FILES clone:none)
	began=() called=()
}

teardown() {
	local pid
	for pid in "${began[@]}"; do
		kill -KILL "$pid" 2>/dev/null || true
	done
	# No peer outlives its creator.
	run pgrep -f "$BENCHES/(bw_|cacheline|wakeup)|$BROKEN/bw_"
	[ "$status" -ne 0 ]
}

# A folder of benchmarks that are broken so, for the driver: it passes no variables on.
break_all() { # HOW
	mkdir benches
	for program in "$BROKEN"/bw_*; do
		printf '#!/bin/sh\nLWP_BREAK=%s exec %s "$@"\n' "$1" "$program" >"benches/${program##*/}"
	done
	chmod +x benches/*
}

# Kills the one peer of a benchmark in mid-run.
kill_peer() { # PROGRAM PARAM...
	timeout -s KILL 20 "$@" 1000M 2>"said.${#began[@]}" 3>&- &
	began+=($!)
	called+=("$*")
	children "$(children $!)" >peer
	sleep 0.1
	kill -KILL "$(<peer)"
}

# Whether those that lost their peer say so; some look for it every other second only.
all_said() {
	local i status name
	for i in "${!began[@]}"; do
		status=0
		wait "${began[i]}" || status=$?
		echo "${called[i]}: status $status: $(<"said.$i")"
		[ "$status" = 1 ]
		name=${called[i]%% *}
		[ "$(<"said.$i")" = "${name##*/}: task 1 was killed by signal 9" ]
	done
}

@test "each bandwidth benchmark describes itself, with its floor" {
	for name in "${streams[@]}"; do
		# shellcheck disable=SC2086 # words
		run "$BENCHES/"bw_$name --describe task=thread size=4K
		[ "$status" = 0 ]
		[[ $output == *"family	bandwidth"* ]]
		[[ $output == *"unit	bytes/s"* ]]
		[[ $output == *"floor	bw_memcpy/size=4096"* ]]
		[[ $output == *"/task=thread/size=4096"* ]]
		[[ $output == *"gauge	cpu	ns/op	"* ]]
	done
}

@test "every way between every kind of task and of every size, by hand" {
	for name in "${streams[@]}"; do
		for kind in "${kinds[@]}"; do
			for size in 1 64 4096 65536 1M; do
				# shellcheck disable=SC2086 # words
				silent "$BENCHES/"bw_$name "task=$kind" "size=$size" 66
			done
		done
	done
	run "$BENCHES/bw_memcpy" size=3 100
	[ "$status" = 0 ]
	[ -z "$output" ]
}

@test "sizes that are no round number, rings of one slot, other pipes, any CPU, another link" {
	for params in "pipe size=100001 capacity=4K" "pipe size=10 capacity=1M" \
		"shm slots=1 size=77" "shm slots=1 place=any" "shm slots=1000 size=65 place=any" \
		"splice size=100001 capacity=4K" "splice how=splice size=5000 capacity=8K" \
		"splice size=10 capacity=256K place=any" "vm size=100001 place=any" \
		"pipe place=any link=dynamic" "tcp size=64M"; do
		for kind in process thread; do
			# shellcheck disable=SC2086 # words
			silent "$BENCHES/"bw_$params "task=$kind" 3
			# shellcheck disable=SC2086 # words
			[[ $params == *64M* ]] || silent "$BENCHES/"bw_$params "task=$kind" 200
		done
	done
}

@test "a pipe above what the system allows is refused" {
	most=$(cat /proc/sys/fs/pipe-max-size)
	run "$BENCHES/bw_pipe" "capacity=$((most + 1))"
	[ "$status" = 2 ]
	[ "$output" = "bw_pipe: capacity: above $most; ask for less, or raise /proc/sys/fs/pipe-max-size" ]
	run "$BENCHES/bw_splice" "capacity=$((most + 1))"
	[ "$status" = 2 ]
	run "$BENCHES/bw_pipe" size=65M
	[ "$status" = 2 ]
	[[ $output == "bw_pipe: size=65M: want "*" from 1 to 67108864" ]]
}

@test "under the driver: bytes a second, of which more is better" {
	cases=()
	for name in "${streams[@]}"; do
		cases+=(-b "bw_${name/ //}/task=process,thread/size=4096")
	done
	run "$LWPBENCH" run -q --budget 3s -o r --events none "${cases[@]}"
	echo "$output"
	[ "$status" = 0 ]
	python3 - "$SCHEMA" <<-'END'
		import json, sys, jsonschema
		result = json.load(open("r/result.json"))
		jsonschema.validate(result, json.load(open(sys.argv[1])))
		streams = [c for c in result["cases"] if c["bench"] != "bw_memcpy"]
		assert len(streams) == 14
		for c in result["cases"]:
		    assert c["status"] == "ok" and c["unit"] == "bytes/s" and c["better"] == "higher", c
		    assert all(rep["bytes"] == 4096 for rep in c["reps"]), c
		assert all(c["floor"] == "bw_memcpy/size=4096" for c in streams)
	END
}

@test "an op moves its bytes, all of them" {
	command -v strace || skip "needs strace"
	for kind in process thread; do
		strace -f -o calls -e trace=read,write "$BENCHES/bw_pipe" "task=$kind" size=100000 64
		# A call that waits is resumed on a line of its own; a few more bytes are /proc's.
		for call in read write; do
			awk -v call="$call" '
				$0 ~ "(" call "\\(|<... " call " resumed).* = [0-9]+$" { sum += $NF }
				END { print call, sum; exit !(sum >= 6400000 && sum < 6410000) }' calls
		done
	done
}

@test "the clock stops when the last byte has been looked at" {
	# The receiver sleeps 1 ms before it looks at a message: a sample of n takes n ms, also
	# where all n fit into the channel.
	cases=()
	for name in "${streams[@]}"; do
		cases+=(-b "bw_${name/ //}/size=64")
	done
	break_all slow
	run "$LWPBENCH" run -q --budget 3s -o r --events none --benches benches "${cases[@]}"
	echo "$output"
	[ "$status" = 0 ]
	python3 - <<-'END'
		import json
		cases = [c for c in json.load(open("r/result.json"))["cases"] if c["bench"] != "bw_memcpy"]
		assert len(cases) == 7
		for c in cases:
		    assert c["status"] == "ok", (c["case"], c["reason"])
		    for rep in c["reps"]:
		        for row in rep["samples"]:
		            ns = row[0] if isinstance(row, list) else row
		            assert ns >= rep["batch"] * 1_000_000, (c["case"], rep["batch"], ns)
	END
}

@test "bytes that are lost, spoilt or never stored are no figure" {
	for name in "${streams[@]}"; do
		for kind in process thread; do
			for how in stamp lost middle feigned; do
				echo "$name $kind $how"
				# shellcheck disable=SC2086 # words
				LWP_BREAK=$how run timeout 10 "$BROKEN/"bw_$name "task=$kind" 64
				echo "$output"
				[ "$status" = 1 ]
				[[ $output =~ ^"bw_${name% *}: message "[0-9]+": what was received is not what was sent"$ ]]
			done
			# shellcheck disable=SC2086 # words
			silent timeout 10 "$BROKEN/"bw_$name "task=$kind" 64
		done
	done
	LWP_BREAK=stamp run "$BROKEN/bw_memcpy" 64
	[ "$status" = 1 ]
	[ "$output" = "bw_memcpy: the copy is not what was copied" ]
	break_all stamp
	run "$LWPBENCH" run -q --budget 1s --benches benches -b bw_pipe -o r
	[ "$status" = 1 ]
	"$LWPBENCH" show r | grep -F "what was received is not what was sent"
}

@test "a peer that is killed ends the rep with the reason" {
	for name in "${streams[@]}"; do
		for params in "task=process" "task=clone:VM+FS+FILES place=any"; do
			# shellcheck disable=SC2086 # words
			kill_peer "$BENCHES/"bw_$name $params
		done
	done
	# One that waits for a slow one.
	LWP_BREAK=slow kill_peer "$BROKEN/bw_shm" size=64 slots=1
	LWP_BREAK=slow kill_peer "$BROKEN/bw_vm" size=64
	for name in cacheline wakeup; do
		kill_peer "$BENCHES/$name" place=any
	done
	all_said
}

@test "a creator that is killed takes its peer along and leaves nothing" {
	export TMPDIR=$PWD/tmp
	mkdir tmp
	ls /dev/shm >before
	for name in "${streams[@]}" ../cacheline ../wakeup; do
		program=bw_$name
		[[ $name != ../* ]] || program="${name#../} place=any"
		for kind in process thread clone:VM+FS+FILES; do
			echo "$program $kind"
			# shellcheck disable=SC2086 # words
			"$BENCHES/"$program "task=$kind" 1000M 3>&- &
			began+=($!)
			sleep 0.05
			kill -KILL $!
			wait $! 2>/dev/null || true
			gone "$BENCHES/${program%% *}"
		done
	done
	ls /dev/shm >after
	diff before after
	[ -z "$(ls tmp)" ]
}

@test "tasks that spin for each other are refused on one CPU" {
	run "$BENCHES/cacheline" place=same
	[ "$status" = 2 ]
	[ "$output" = "cacheline: place: tasks that spin for each other need a CPU each; use place=core" ]
	run "$BENCHES/wakeup" place=same
	[ "$status" = 2 ]
	[[ $output == "wakeup: place: who is woken must run while the other spins; use place=core"* ]]
	run taskset -c "$(taskset -cp $$ | sed 's/.*: //; s/[,-].*//')" \
		"$LWPBENCH" run -q -b cacheline -b wakeup -b bw_pipe/place=core -o r
	echo "$output"
	"$LWPBENCH" show --json r | awk '/"(cacheline|wakeup|bw_pipe\/place=core)"/ && /"skipped"/ { n++ } END { exit n != 3 }'
}

@test "floors, by hand and under the driver" {
	[ "$(nproc)" -ge 2 ] || skip "needs two CPUs"
	for kind in "${kinds[@]}"; do
		for name in cacheline wakeup; do
			echo "$name $kind"
			run "$BENCHES/$name" "task=$kind" place=any 300
			[ "$status" = 0 ]
			[ -z "$output" ]
		done
	done
	run "$BENCHES/memcpy" size=1M 100
	[ "$status" = 0 ]
	run "$LWPBENCH" run -q --budget 1s -o r --events none -b memcpy -b cacheline -b wakeup
	echo "$output"
	[ "$status" = 0 ]
	"$LWPBENCH" show --json r | awk '/"unit":"ns\/op"/ && /"ok"/ { n++ } END { exit n < 3 }'
}
