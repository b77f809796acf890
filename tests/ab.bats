#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Two arms in turns: what is put around and before them, in which order they run, and what is
# answered, kept and told.

bats_require_minimum_version 1.5.0

setup() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	BENCHES=${BENCHES:-$PWD/build/benches}
	FAKES=$(dirname "$LWPBENCH")/tests/benches
	ROOT=$PWD
	cd "$BATS_TEST_TMPDIR" || exit
	# Says which arm's turn begins and ends, and hands the turn on to what follows.
	cat >turn <<-'END'
		#!/bin/sh
		echo "$1 begins" >>"$(dirname "$0")/log"
		arm=$1
		shift
		"$@"
		status=$?
		echo "$arm ends" >>"$(dirname "$0")/log"
		exit $status
	END
	cat >before <<-'END'
		#!/bin/sh
		echo "before $1" >>"$(dirname "$0")/log"
	END
	chmod +x turn before
}

ab() {
	"$LWPBENCH" ab -q --seed 1 "$@"
}

# With benchmarks whose rows are known beforehand.
fake() {
	ab --a-benches "$FAKES" --b-benches "$FAKES" --budget 20s "$@"
}

# Something of the JSON on standard input holds, as Python has it: `o` is all, `v` the answers by
# their case.
holds() {
	/usr/bin/python3 -c '
import json, sys
o = json.load(sys.stdin)
v = {a["case"]: a for a in o["answers"]}
assert eval(sys.argv[1]), (sys.argv[1], o)' "$1"
}

@test "wrong use is one line that names the option and the word, and status 2" {
	while IFS='|' read -r want args; do
		eval "set -- $args"
		run "$LWPBENCH" ab -q -b getpid --budget 1s "$@" -o kept
		echo "$args: $status: $output"
		[ "$status" -eq 2 ]
		[[ ${lines[0]} == *"$want"* ]]
		[ ! -e kept ]
	done <<-'END'
		want an arm|
		--b: env ; true: one of |--b 'env ; true'
		sh -c '...'|--a 'env > file'
		--a: no-such-arm: no such command|--a 'no-such-arm x'
		`env NAME=VALUE`|--b 'X=1 env'
		--b: env $NOPE_NOPE: a variable|--b 'env $NOPE_NOPE'
		--b-before: no-such-arm: |--a '' --b-before no-such-arm
		--a-benches: nowhere: no such folder|--a-benches nowhere
		--b-with: link: |--b-with link
		arm b knows none of the cases: |--b-with no_such_parameter=1
		--inject: 0: |--inject 0
		--alpha: 60%: |--b env --alpha 60%
		--margin: x: |--b env --margin x
		--seed: -1: |--b env --seed -1
		-s claims: |--b env -s claims
		extra: cases are given by -b|--b env extra
	END
}

@test "a parameter of one arm: a known change is found, or forgiven if it is within the margin" {
	run -0 fake -b known --a-with step=1100 --json
	holds 'v["known"]["answer"] == "improved" and abs(v["known"]["ratio"] - 1 / 1.1) < 1e-6' <<<"$output"
	run -0 fake -b known --b-with step=1010 --json
	holds 'v["known"]["answer"] == "equivalent" and abs(v["known"]["ratio"] - 1.01) < 1e-6' <<<"$output"
}

# bats test_tags=benchmarks
@test "time that is added to real samples is found" {
	run -1 ab -b getpid --inject 100% --budget 20s --json
	holds 'v["getpid"]["answer"] == "regressed" and 1.3 < v["getpid"]["ratio"] < 3' <<<"$output"
}

@test "what has no times to be drawn out is not said to be the same" {
	run -3 fake -b ladder --inject 5% --json
	holds 'v["ladder"]["answer"] == "unmeasured" and "no times" in v["ladder"]["note"]' <<<"$output"
}

@test "an arm against itself is never called regressed, however little the time" {
	run ab --a '' --b '' -b getpid -b fork --budget 300ms
	echo "$output"
	[ "$status" -eq 77 ]
	run ab --a '' --b '' -b getpid --budget 3s
	echo "$output"
	[ "$status" -eq 0 ] || [ "$status" -eq 77 ]
	[[ $output == *'a: as it is'*'b: as it is'* ]]
}

@test "a case that one arm does not know, or can't do, is told from one that b breaks" {
	mkdir some
	cp "$FAKES/known" "$FAKES/skips" some
	run -0 ab --a-benches "$FAKES" --b-benches some -b known -b ladder -b skips --budget 20s --json
	holds 'v["known"]["answer"] == "equivalent"' <<<"$output"
	holds 'v["ladder"]["answer"] == "unmeasured" and "on b: no benchmark" in v["ladder"]["note"]' <<<"$output"
	holds 'v["skips"]["answer"] == "unmeasured" and "three heads" in v["skips"]["note"]' <<<"$output"
	run -1 fake -b known --b 'sh -c "exit 5"' --json
	holds 'v["known"]["answer"] == "failed" and "on b: ended with status 5" in v["known"]["note"]' <<<"$output"
	run -3 fake -b known --a 'sh -c "exit 5"' --json
	holds 'v["known"]["answer"] == "unmeasured" and "on a: ended" in v["known"]["note"]' <<<"$output"
	# What another folder has under that name may be something else.
	cp "$FAKES/known" some/ladder
	run -2 ab --a-benches "$FAKES" --b-benches some -b ladder
	[[ $output == *"ladder is another benchmark in some"* ]]
}

@test "a command before a turn that fails ends all with its last words and status 3" {
	run -3 fake -b known --a-before "$PWD/before a" --b-before 'sh -c "echo no such knob; exit 4"' -o kept
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *"--b-before: sh: ended with status 4: no such knob" ]]
	# First of all the other arm's turn, and in the end again.
	[ "$(cat log)" = $'before a\nbefore a' ]
	run -3 fake -b known --a-before 'sleep 60' --limit 200ms
	[[ $output == *"--a-before: sleep: still running after 0.2 s: killed"* ]]
}

@test "what an arm's command leaves behind may end a moment later, but has to end" {
	cat >leave <<-'END'
		#!/bin/sh
		after=$1
		shift
		sleep "$after" &
		exec "$@"
	END
	chmod +x leave
	# Ends after the program, whose process this becomes.
	cat >outlive <<-'END'
		#!/bin/sh
		while kill -0 $$ 2>/dev/null; do sleep 0.02; done &
		exec "$@"
	END
	chmod +x outlive
	run ab --a ./outlive --b '' -b getpid --budget 2s
	echo "$output"
	[[ $status != 1 && $output != *"left"* ]]
	run -1 ab --a '' --b './leave 20.0417' -b getpid --budget 2s -v
	[[ $output == *"left 1 task running: killed"* ]]
	run ! pgrep -f 'sleep 20.0417'
}

@test "-o keeps an ordinary result of either arm, and the answers" {
	run -1 fake -b known --b-with step=1100 -o kept
	/usr/bin/python3 - "$ROOT" <<-'PY'
	import json, sys
	import jsonschema
	schema = json.load(open(sys.argv[1] + "/results/schema.json"))
	a, b = (json.load(open("kept/" + arm + "/result.json")) for arm in "ab")
	for r in a, b:
	    jsonschema.Draft202012Validator(schema).validate(r)
	    assert r["run"]["complete"] and r["host"] and "lwpbench ab" in r["run"]["command"]
	assert [c["case"] for c in a["cases"]] == ["known"]
	assert [c["case"] for c in b["cases"]] == ["known/step=1100"]
	assert "arm b" in b["warnings"][0] and "with step=1100" in b["warnings"][0], b["warnings"]
	blocks = [[rep["block"] for rep in r["cases"][0]["reps"]] for r in (a, b)]
	assert blocks[0] == blocks[1] == list(range(len(blocks[0]))) and len(blocks[0]) > 20, blocks
	batch = {rep["batch"] for r in (a, b) for rep in r["cases"][0]["reps"]}
	assert len(batch) == 1, batch
	answers = json.load(open("kept/answers.json"))
	answer, = answers["answers"]
	assert answer["case"] == "known" and answer["answer"] == "regressed", answer
	assert abs(answer["ratio"] - 1.1) < 1e-6, answer
	PY
	run -0 "$LWPBENCH" show --json kept/a
	run -0 "$LWPBENCH" show kept/b
	[[ $output == *"known/step=1100"* ]]
	run -2 fake -b known -o kept
	[[ $output == *"there is a comparison already"* ]]
}

@test "turns come a b b a or b a a b, never two at once; Ctrl-C keeps and answers what there is" {
	# A shell starts what it puts in the background with SIGINT ignored.
	env --default-signal=INT "$LWPBENCH" ab -q -b getpid --a "$PWD/turn a" --b "$PWD/turn b" \
		--a-before "$PWD/before a" --b-before "$PWD/before b" --seed 1 --budget 100s -o kept \
		>said 2>complaint &
	pid=$!
	tries=0
	until [ -e log ] && [ "$(grep -c 'b ends' log)" -ge 30 ]; do
		((++tries < 2000)) || break
		sleep 0.02
	done
	kill -INT $pid
	status=0
	wait $pid || status=$?
	cat said complaint
	[ "$status" -eq 130 ]
	/usr/bin/python3 - <<-'PY'
	lines = open("log").read().splitlines()
	# All is over: arm a's command leaves the machine as base.
	assert lines.pop() == "before a"
	turns = ""
	while len(lines) > 3:
	    turn, lines = lines[:3], lines[3:]
	    arm = turn[0][-1]
	    assert turn == ["before " + arm, arm + " begins", arm + " ends"], turn
	    turns += arm
	# One of each arm finds the batch.
	assert turns[:2] == "ab", turns
	blocks = [turns[i:i + 4] for i in range(2, len(turns) - 3, 4)]
	assert len(blocks) > 9 and set(blocks) == {"abba", "baab"}, blocks
	PY
	grep -q 'ended by SIGINT; what was measured is kept' complaint
	grep -q '^getpid' said
	holds '"getpid" in v' <kept/answers.json
	"$LWPBENCH" show kept/a | grep -q 'incomplete'
}

@test "cases that were not reached are pending in either arm, and known as they were planned" {
	# Arm b's programs are asked anew.
	fake -b known -b ladder -b skips --b-benches "$FAKES/." --b-before 'sleep 0.3' --budget 100ms -o kept || true
	/usr/bin/python3 - "$ROOT" <<-'PY'
	import json, sys
	import jsonschema
	schema = json.load(open(sys.argv[1] + "/results/schema.json"))
	a, b = (json.load(open("kept/" + arm + "/result.json")) for arm in "ab")
	for r in a, b:
	    jsonschema.Draft202012Validator(schema).validate(r)
	assert {"pending"} == {c["status"] for r in (a, b) for c in r["cases"][1:]}, (a, b)
	for one, other in zip(a["cases"], b["cases"]):
	    for key in "case", "brief", "family", "unit", "params", "floor", "base", "gauges":
	        assert one[key] == other[key], (key, one, other)
	PY
}

@test "two do not write into one folder" {
	mkdir kept
	exec {lock}<kept
	flock "$lock"
	run -2 fake -b known --b-with step=1100 -o kept
	[[ $output == *"another run is writing there"* ]]
}
