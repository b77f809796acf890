#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Results of two times against each other, all written by hand.

setup() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	ROOT=$PWD
	cp -r "$BATS_FILE_TMPDIR/all" "$BATS_TEST_TMPDIR/all"
	cd "$BATS_TEST_TMPDIR/all" || exit
}

# Most tests ask about the same results.
setup_file() {
	mkdir "$BATS_FILE_TMPDIR/all"
	(cd "$BATS_FILE_TMPDIR/all" && write_sides)
}

# Runs of one machine in different moods: before/1 to 5, after/1 to 5 with a fork that costs a
# tenth more, and again/1 without.
write_sides() {
	# shellcheck source=tests/result.bash
	source "$BATS_TEST_DIRNAME/result.bash"
	write_result <<-'PY'
	host = {"cpu.model": "A CPU", "cpu.online": "2", "host.name": "a", "kernel.release": "6.1"}
	case("getpid", "floor", [100])
	case("fork", "creation", [100], floor="getpid")
	case("vfork", "creation", [100], floor="getpid")
	case("bw_pipe", "bandwidth", [100], bytes=4096)
	PY
	/usr/bin/python3 - <<-'PY'
	import copy, json, os, shutil
	template = json.load(open("r/result.json"))
	shutil.rmtree("r")
	mood = [1, 1.4, 0.8, 1.1, 0.9, 1.3, 0.9, 1.05, 1.2, 0.85, 1, 1.1]
	luck = [0.003, -0.005, 0.001, 0.004, -0.002, 0.002, -0.003, 0.005, 0.001, -0.004, 0.002, 0]
	for i in range(11):
	    side, n = ("before", i) if i < 5 else ("after", i - 5) if i < 10 else ("again", i - 10)
	    r = copy.deepcopy(template)
	    r["run"]["seed"] = i
	    r["run"]["started"] = f"2026-01-{i + 1:02}T00:00:00Z"
	    for c, ns in zip(r["cases"], (1e4, 5e5, 2e4, 1e4 / mood[i])):
	        ns *= mood[i] * (1 if c["case"] == "getpid" else 1 + luck[(i * 5 if c["case"] == "vfork" else i) % 12])
	        if side == "after" and c["case"] == "fork":
	            ns *= 1.1
	        c["reps"] = [{**c["reps"][0], "block": b, "samples": [round(ns)]} for b in range(3)]
	    os.makedirs(f"{side}/{n + 1}")
	    json.dump(r, open(f"{side}/{n + 1}/result.json", "w"))
	PY
}

# edit FILE PYTHON: changes the result r in a file.
edit() {
	/usr/bin/python3 - "$1" "$2" <<-'PY'
	import json, sys
	r = json.load(open(sys.argv[1]))
	exec(sys.argv[2])
	json.dump(r, open(sys.argv[1], "w"))
	PY
}

# one_line STATUS TEXT ARG...: it refuses in one line that holds the text, and leaves nothing.
one_line() {
	local status_wanted=$1 text=$2
	shift 2
	run "$LWPBENCH" compare --junit out.xml --markdown out.md "$@"
	echo "$*: $status: $output"
	[ "$status" -eq "$status_wanted" ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == "lwpbench: "*"$text"* ]]
	[ ! -e out.xml ] && [ ! -e out.md ]
}

@test "a change that the runs agree on is a regression, through all moods of the machine" {
	run "$LWPBENCH" compare before -- after
	echo "$output"
	[ "$status" -eq 1 ]
	grep -E '^fork .*\+(9|10)\.[0-9]+ % .* regressed +10$' <<<"$output"
	grep -E '^vfork .* equivalent +10$' <<<"$output"
	grep -E '^bw_pipe .* equivalent +10$' <<<"$output"
	# In nanoseconds nobody could see it.
	grep -E '^getpid .* ~ +10$' <<<"$output"
	[[ $output == *"divided by those of their floors (getpid)"* ]]
	[[ $output == *"All of one side was measured before the other"*"lwpbench ab"* ]]
	run "$LWPBENCH" compare --absolute -b fork before -- after
	echo "$output"
	[ "$status" -eq 77 ]
	[[ $output != *floors* ]]
	# Seen from the other side it got cheaper, which is no failure.
	run "$LWPBENCH" compare after -- before
	[ "$status" -eq 0 ]
	grep -E '^fork .* improved +10$' <<<"$output"
}

@test "two results need no --; one run a side decides nothing and says what would" {
	run "$LWPBENCH" compare before/1 after/1
	echo "$output"
	[ "$status" -eq 77 ]
	[ "$(grep -cE ' ~ +2$' <<<"$output")" -eq 4 ]
	[[ $output == *"One run a side can't tell"*"1% takes 5 runs a side, 5 % takes 4"* ]]
	run "$LWPBENCH" compare before/[123] -- after/[123]
	[ "$status" -eq 77 ]
	[[ $output == *"3 runs of BASE and 3 of NEW can't tell"* ]]
	run "$LWPBENCH" compare --alpha 5% before/[1234] -- after/[1234]
	[ "$status" -eq 1 ]
	run "$LWPBENCH" compare - after/1/result.json <before/1/result.json
	[ "$status" -eq 77 ]
	[[ $output == *"2026-01-01"* ]]
}

@test "the same answers as JSON, JUnit and Markdown" {
	run "$LWPBENCH" compare --junit out.xml --markdown out.md --json before -- after
	[ "$status" -eq 1 ]
	/usr/bin/python3 - <<-PY
	import json, xml.etree.ElementTree as ET
	a = json.loads('''$output''')
	assert a["command"] == "compare" and a["status"] == 1
	assert {c["case"]: c["answer"] for c in a["answers"]} == {"getpid": "inconclusive",
	    "fork": "regressed", "vfork": "equivalent", "bw_pipe": "equivalent"}
	fork = a["answers"][1]
	assert fork["ci"][0] < 1.1 < fork["ci"][1] and fork["units"] == 10
	assert len(ET.parse("out.xml").findall(".//failure")) == 1
	PY
	grep -q '| `fork` |.*regressed' out.md
}

@test "-b takes cases by name or glob, and still divides by their floors" {
	run "$LWPBENCH" compare -b 'f*' -b bw_pipe before -- after
	[ "$status" -eq 1 ]
	[[ $output == *"(getpid)"* ]]
	[ "$(grep -cE '^(getpid|vfork) ' <<<"$output")" -eq 0 ]
	one_line 2 "-b nothing*: no RESULT has such a case" -b 'nothing*' before -- after
}

@test "other machines are refused, other kernels are remarked" {
	for n in 1 2 3 4 5; do
		edit "after/$n/result.json" 'r["host"].update({"kernel.release": "6.2", "host.name": "b"})'
	done
	run "$LWPBENCH" compare before -- after
	[ "$status" -eq 1 ]
	[[ $output == *"kernel.release: 6.1 and 6.2; that may be what is compared"* ]]
	[[ $output == *"host.name: a and b"* ]]
	edit after/3/result.json 'r["host"]["cpu.model"] = "Another CPU"'
	one_line 77 "cpu.model: A CPU and Another CPU (--anyway does it)" before -- after
	# Within a side as well.
	one_line 77 "cpu.model: A CPU and Another CPU" after -- before
	run "$LWPBENCH" compare --anyway before -- after
	[ "$status" -eq 1 ]
	[[ $output == *"different machines"*"cpu.model: A CPU and Another CPU"* ]]
}

@test "what fails now fails the comparison; what one side lacks is told" {
	edit again/1/result.json 'c = r["cases"][2]; c.update(status="failed", reason="it hung", reps=[])'
	edit again/1/result.json 'del r["cases"][3]'
	edit again/1/result.json 'r["cases"][0]["unit"] = "us/op"'
	run "$LWPBENCH" compare before -- again/1
	echo "$output"
	[ "$status" -eq 1 ]
	grep -A1 -E '^vfork .* failed' <<<"$output" | grep 'failed in NEW: it hung'
	grep -A1 -E '^bw_pipe .*not measured' <<<"$output" | grep 'NEW does not have it'
	grep -A1 -E '^getpid .*not measured' <<<"$output" | grep 'its unit is ns/op in one run and us/op'
}

@test "what cannot be read is one line, and nothing is written" {
	: >empty.json
	echo 'fork 3 us' >words.json
	echo '{"benchmarks": []}' >foreign.json
	head -c 700 before/1/result.json >cut.json
	sed 's,lwpbench-result/1,lwpbench-result/2,' before/1/result.json >newer.json
	edit before/1/result.json 'json.dump({**r, "cases": [{}]}, open("bent.json", "w"))'
	gzip -c before/1/result.json >packed.json
	mkdir folder
	one_line 2 "empty.json: empty: " after/1 empty.json
	one_line 2 "words.json: no result of lwpbench, and no JSON" words.json after/1
	one_line 2 "foreign.json: no result of lwpbench, but some other JSON" after/1 after/2 -- foreign.json
	one_line 2 "cut.json: damaged or cut off: line 1" cut.json after/1
	one_line 2 "newer.json: schema lwpbench-result/2: made by a newer lwpbench" newer.json after/1
	one_line 2 "bent.json: damaged: cases[0]." bent.json after/1
	one_line 2 "packed.json: no result of lwpbench, and no JSON" packed.json after/1
	one_line 2 "folder: no result.json is in it" folder after/1
	one_line 2 "nowhere: No such file" nowhere after/1
	one_line 2 "standard input holds one RESULT, and was given 2 times" - -
	one_line 2 "standard input: empty" - after/1 </dev/null
	if [ "$(id -u)" -ne 0 ]; then
		chmod 0 before/2/result.json
		one_line 2 "before/2/result.json: Permission denied" before/2 after/1
	fi
}

@test "a run given twice would make runs look alike: it is refused" {
	cp -r before/1 copy
	ln -s 1 before/latest
	one_line 2 "before/1 and copy are the same run, that of 2026-01-01T00:00:00Z" before/1 copy -- after
	one_line 2 "are the same run" before/1 copy
	# But the link that stands for the newest is known.
	run "$LWPBENCH" compare before -- after
	[ "$status" -eq 1 ]
	[[ $output == *"BASE: 5 runs"* ]]
}

@test "wrong use is told" {
	for args in "" "before/1" "before/1 after/1 after/2" "before/1 --" "-- after/1" "before/1 -- after/1 --json" \
		"--alpha 0 before/1 after/1" "--alpha 100% before/1 after/1" "--alpha x before/1 after/1" \
		"--margin -1 before/1 after/1" "--markdown no/such/folder before/1 after/1"; do
		# shellcheck disable=SC2086
		run "$LWPBENCH" compare $args
		echo "$args: $status: $output"
		[ "$status" -eq 2 ]
		[[ $output == "lwpbench compare: "* ]]
	done
}

@test "make compare takes two folders, and says so" {
	run make -s -C "$ROOT" compare BASE="$PWD/before"
	[ "$status" -eq 2 ]
	[[ $output == *"want BASE=dir NEW=dir"* ]]
	make -n -C "$ROOT" compare BASE=a NEW=b ARGS=--absolute | grep -qE 'lwpbench compare --absolute a -- b$'
}
