#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Whole programs timed by hyperfine: what is taken in, what is refused, and that nothing is left.

bats_require_minimum_version 1.5.0

setup_file() {
	export LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	export ROOT=$PWD
	"$LWPBENCH" run -q --budget 0.2s --passes time --events none -b getpid \
		-o "$BATS_FILE_TMPDIR/base" >&2
}

setup() {
	cd "$BATS_TEST_TMPDIR" || exit
	cp -r "$BATS_FILE_TMPDIR/base" r
	mkdir programs
}

teardown() {
	rm -rf r/plots
	[ "$(ls -A r)" = result.json ]
}

# A program for the next run of apps: its --list, and what it does otherwise.
program() { # NAME LIST [SCRIPT]
	cat >"programs/$1" <<-END
	#!/bin/sh
	if [ "\$1" = --list ]; then
		printf '$2'
		exit
	fi
	echo "\$0 \$*" >>'$PWD/log'
	${3-}
	END
	chmod +x "programs/$1"
}

apps() {
	"$LWPBENCH" apps -q --programs programs "$@"
}

# The Python on the standard input sees the result, and its cases by their texts.
result() {
	{
		cat <<-PY
		import json
		result = json.load(open("r/result.json"))
		cases = {c["case"]: c for c in result["cases"]}
		PY
		cat -
	} | /usr/bin/python3 -
}

fits_schema() {
	echo "import jsonschema
jsonschema.Draft202012Validator(json.load(open('$ROOT/results/schema.json'))).validate(result)" | result
}

# What hyperfine 1.15 writes of commands.
measured() { # COMMAND TIMES CODES...
	local between=
	printf '{"results": ['
	while (($#)); do
		printf '%s{"command": "%s", "mean": 1.0, "stddev": null, "median": 1.0, "user": 0.5, "system": 0.25,' \
			"$between" "$1"
		printf '"min": 1.0, "max": 1.0, "times": [%s], "exit_codes": [%s]}' "$2" "$3"
		between=,
		shift 3
	done
	printf ']}'
}

@test "every variant is prepared once, made ready before each run, and taken into rounds" {
	# shellcheck disable=SC2016
	program copy 'how=serial\tone task\nhow=threads n=2\n' \
		'[ -d "$LWPBENCH_APP_DIR" ] && [ "${LWPBENCH_APP_DIR#/*/r/}" != "$LWPBENCH_APP_DIR" ]'
	program "it's" '\n'
	program other ''
	chmod -x programs/other
	run apps --rounds 2 --runs 3 r
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == "3 measured, 0 failed, 0 skipped, 0 not reached in "*": r" ]]
	# A run before the timed ones, to warm up.
	LC_ALL=C sort log | uniq -c | sed 's/ *$//' | tr -s ' ' >calls
	diff calls - <<-'END'
	 8 programs/copy --before how=serial
	 8 programs/copy --before how=threads n=2
	 1 programs/copy --prepare how=serial
	 1 programs/copy --prepare how=threads n=2
	 8 programs/copy how=serial
	 8 programs/copy how=threads n=2
	 8 programs/it's
	 8 programs/it's --before
	 1 programs/it's --prepare
	END
	fits_schema
	result <<-'PY'
	serial, threads = cases["copy/how=serial"], cases["copy/how=threads/n=2"]
	assert list(cases) == ["getpid", serial["case"], threads["case"], "it's"]
	assert serial["brief"] == "one task" and threads["brief"] == ""
	assert threads["params"] == {"how": "threads", "n": "2"}
	assert (serial["bench"], serial["family"], serial["tool"]) == ("copy", "program copy", "hyperfine")
	assert cases["getpid"]["tool"] is None
	programs = [serial, threads, cases["it's"]]
	for c in programs:
	    assert [rep["block"] for rep in c["reps"]] == [0, 1]
	    for rep in c["reps"]:
	        assert len(rep["samples"]) == 3 and min(rep["samples"]) > 0
	        children = rep["interference"]["children"]
	        assert children["user_ns"] + children["system_ns"] > 0
	        assert rep["interference"]["steal_ms"] is not None
	for i in range(2):
	    assert sorted(c["reps"][i]["order"] for c in programs) == [0, 1, 2]
	PY
}

@test "a further time adds rounds, and a resumed run leaves them alone" {
	program copy 'how=a\nhow=b\n'
	apps --rounds 1 --runs 1 r
	apps --rounds 1 --runs 1 -b 'copy/*=b' r
	apps --rounds 1 --runs 1 -b copy r
	cp r/result.json before
	"$LWPBENCH" run -q --budget 0.1s --resume r
	result <<-'PY'
	blocks = {text: [rep["block"] for rep in c["reps"]] for text, c in cases.items()}
	assert blocks["copy/how=a"] == [0, 2] and blocks["copy/how=b"] == [0, 1, 2], blocks
	was = {c["case"]: c for c in json.load(open("before"))["cases"]}
	assert cases["copy/how=a"] == was["copy/how=a"]
	assert len(cases["getpid"]["reps"]) > len(was["getpid"]["reps"])
	PY
}

@test "figures are held against the program's first variant" {
	for i in 1 2 3 4 5 6; do
		half=0.$(printf %03d $((5 * i)))
		measured copy/how=serial "0.0$i,0.0$i" 0,0 copy/how=threads "$half,$half" 0,0 >both$i
	done
	"$LWPBENCH" apps --add both? r
	"$LWPBENCH" show r | tr -s ' ' >all
	# 35 ms is the middle of 30 and 40; each run has 0.75 s of CPU time.
	grep -x 'program copy median 95 % interval × how=serial CPU time p99 reps' all
	grep '^copy/how=serial 35.0 ms .* 1 750 ms 60.0 ms 6$' all
	grep -F 'copy/how=threads 17.5 ms ' all | grep -F ' 0.5 [0.5, 0.5] 750 ms 30.0 ms 6'
	"$LWPBENCH" plot -f svg r | grep plots/apps.svg
	grep -q 'how=threads' r/plots/apps.svg
}

@test "what fails or lacks something says so, and the others are measured" {
	# shellcheck disable=SC2016
	program bad 'how=well\nhow=fails\nhow=lacks\nhow=unprepared\nhow=sometimes\nhow=stray\n' '
	case "$*" in
	how=fails) echo first; echo "it broke" >&2; exit 3 ;;
	how=lacks) echo "bad: skipped: no disk" >&2; exit 77 ;;
	"--prepare how=unprepared") echo "no room"; exit 1 ;;
	how=sometimes) [ -e "$LWPBENCH_APP_DIR/x" ] && exit 1; : >"$LWPBENCH_APP_DIR/x" ;;
	how=stray) sleep 60 & ;;
	esac'
	program listless 'a/b\n'
	program silent ''
	program twice 'x\nx\n'
	program broken '' ; echo 'exit 5' >programs/broken
	run apps --rounds 1 --runs 2 r
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"1 measured, 8 failed, 1 skipped, 0 not reached"* ]]
	fits_schema
	result <<-'PY'
	said = {text: (c["status"], c["reason"]) for text, c in cases.items()}
	assert said["bad/how=well"] == ("ok", None)
	assert said["bad/how=fails"] == ("failed", "exit status 3 in 2 of 2 runs: it broke"), said
	assert said["bad/how=lacks"] == ("skipped", "exit status 77 in 2 of 2 runs: bad: skipped: no disk"), said
	assert said["bad/how=unprepared"] == ("failed", "--prepare: exit status 1: no room")
	assert said["bad/how=sometimes"][1].startswith("exit status 1 in 2 of 2 runs"), said
	assert said["bad/how=stray"] == ("failed", "left 3 tasks running: killed"), said
	assert said["listless"][1].startswith("--list: an argument with /"), said
	assert said["silent"][1] == "--list names no variant"
	assert said["twice"][1] == "--list: twice/x is there twice"
	PY
}

@test "where no program can be run, that is told" {
	program broken 'é\n'
	run apps --rounds 1 r
	[ "$status" -eq 1 ]
	[[ $output == *"broken failed: --list: an argument with / or what is no printable ASCII"* ]]
}

@test "a signal keeps what was measured and leaves nothing" {
	# shellcheck disable=SC2016
	program loop 'how=short\nhow=long\n' '
	[ "$1" != how=long ] || exec sleep 61.25'
	env --default-signal=INT "$LWPBENCH" apps -q --programs programs --rounds 2 --runs 1 --seed 3 r \
		>said 2>&1 3>&- &
	pid=$!
	for ((i = 0; i < 500; i++)); do
		grep -q ' how=long$' log 2>/dev/null && break
		sleep 0.02
	done
	[ -d r/apps.tmp ]
	kill -INT $pid
	status=0
	wait $pid || status=$?
	cat said
	[ "$status" -eq 130 ]
	grep -q "ended by SIGINT; .lwpbench apps r. goes on" said
	[ ! -e r/apps.tmp ]
	[ -z "$(pgrep -f 'sleep 61.25')" ]
	result <<-'PY'
	assert cases["loop/how=long"]["status"] == "pending" and not cases["loop/how=long"]["reps"]
	assert len(cases["loop/how=short"]["reps"]) <= 1
	PY
}

@test "what a killed one left is gone after the next, which tries again what failed" {
	program bad 'how=well\nhow=fails\n' 'case $1 in how=fails) exit 3 ;; esac'
	mkdir -p r/apps.tmp/files
	echo big >r/apps.tmp/files/copy
	run apps --rounds 1 --runs 1 r
	[ "$status" -eq 1 ]
	[ ! -e r/apps.tmp ]
	program bad 'how=well\nhow=fails\n' ''
	run apps --rounds 1 --runs 1 r
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == "2 measured, 0 failed"* ]]
	result <<-'PY'
	assert [len(cases["bad/how=" + how]["reps"]) for how in ("well", "fails")] == [2, 1]
	PY
}

@test "both formats of hyperfine are taken in, each file a block of its own" {
	hyperfine -N --style none --runs 2 --export-json one.json -n nap/for=0 'sleep 0' -n nap/for=1 'sleep 0.001'
	# As 2.0.0 writes it.
	cat >two.json <<-'END'
	{"schema_version": 2, "metadata": {"hyperfine_version": "2.0.0"}, "primary_metric": "time_wall_clock",
	 "results": [{"command": "sleep 0", "name": "nap/for=0", "measurements": [
	  {"time_wall_clock": {"value": 0.25, "unit": "second"}, "time_cpu": {"value": 0.0, "unit": "second"},
	   "time_user": {"value": 0.125, "unit": "second"}, "time_system": {"value": 0.0, "unit": "second"},
	   "memory_peak_resident": {"value": 0.0, "unit": "byte"}, "exit_code": 0}],
	  "summary": {}}]}
	END
	run "$LWPBENCH" apps --add one.json two.json r
	[ "$status" -eq 0 ]
	[ "$output" = "2 measured, 0 failed, 0 skipped, 0 not reached in 0s: r" ]
	"$LWPBENCH" apps --add - r <two.json
	result <<-'PY'
	a, b = cases["nap/for=0"], cases["nap/for=1"]
	assert [rep["block"] for rep in a["reps"]] == [0, 1, 2] and [rep["block"] for rep in b["reps"]] == [0]
	assert len(a["reps"][0]["samples"]) == 2
	assert a["reps"][1]["samples"] == [250000000] and a["reps"][1]["interference"]["children"]["user_ns"] == 125000000
	assert a["reps"][1]["interference"]["mhz"] is None
	PY
}

@test "what cannot be right is one line, and the result stays as it was" {
	cp r/result.json before
	measured a 1 0 >good
	measured a 1,-1 0,0 >negative
	measured 'a\nb' 1 0 >control
	measured getpid 1 0 >ours
	echo '{"results": [' >truncated
	for file in negative control ours truncated missing; do
		run "$LWPBENCH" apps --add good $file r
		echo "$output"
		[ "$status" -eq 2 ]
		[ "${#lines[@]}" -eq 1 ]
		[[ $output == *"$file: "* ]]
		cmp before r/result.json
	done
	program getpid '\n'
	run apps r
	[ "$status" -eq 2 ]
	[ "$output" = "lwpbench: getpid: the result has a benchmark of that name" ]
	cmp before r/result.json
}

@test "without hyperfine, or with one that is too old, nothing is measured" {
	program copy 'how=a\n'
	PATH=$PWD run -3 "$LWPBENCH" apps --programs programs r
	[ "$output" = "lwpbench: hyperfine is not installed; scripts/deps bench installs it" ]
	printf '#!/bin/sh\necho hyperfine 1.12.0\n' >hyperfine
	chmod +x hyperfine
	PATH=$PWD run -3 "$LWPBENCH" apps --programs programs r
	echo "$output"
	[ "$output" = "lwpbench: hyperfine 1.12 is too old: 1.14 or newer is needed" ]
	cmp r/result.json "$BATS_FILE_TMPDIR/base/result.json"
}

@test "wrong use is one line and status 2" {
	program copy 'how=a\n'
	for args in "-b nothing r" "--rounds 0 r" nowhere "r r" "--add r" "--add x --runs 2 r"; do
		# shellcheck disable=SC2086
		run apps $args
		echo "$args: $status: $output"
		[ "$status" -eq 2 ]
		[[ ${lines[0]} == lwpbench* ]]
	done
	[ ! -e nowhere ]
	sed -i 's/"host.name":"[^"]*"/"host.name":"elsewhere"/' r/result.json
	run apps r
	[ "$status" -eq 2 ]
	[[ $output == *'made where host.name was "elsewhere"'* ]]
	run flock -n r "$LWPBENCH" apps -q --programs programs r
	[ "$status" -eq 2 ]
	[[ $output == *"another run is writing there"* ]]
}
