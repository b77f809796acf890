#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs as a series: what is kept of them, what has changed, and the picture.

setup() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	# shellcheck source=tests/result.bash
	source "$BATS_TEST_DIRNAME/result.bash"
	cd "$BATS_TEST_TMPDIR" || exit
}

# Most tests ask about the same runs.
setup_file() {
	export ROOT=$PWD
	(cd "$BATS_FILE_TMPDIR" && write_points)
}

use_points() {
	cp -r "$BATS_FILE_TMPDIR/h" h
}

# Writes 100 points into folder h: fork costs a twelfth more from the 86th run on, with which
# the kernel is another; vfork costs less from the 41st on; bw_pipe moves less since the 91st.
write_points() {
	/usr/bin/python3 - "$ROOT/results/point.schema.json" <<-'PY'
	import json, math, os, random, sys
	import jsonschema
	random.seed(7)
	check = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
	os.makedirs("h")
	for i in range(100):
	    host = {"cpu.model": "A CPU", "cpu.online": "2", "cpu.usable": "2", "kernel.name": "Linux",
	        "kernel.release": "6.1.0" if i < 85 else "6.12.3"}
	    mood = math.exp(random.gauss(0, 0.2))
	    cases = [["getpid", "floor", "ns/op", "lower", None, 100 * mood, 100 * mood]]
	    for case, by, at in (("fork", 1.08, 85), ("vfork", 0.9, 40), ("pthread_create", 1, 0)):
	        ratio = 50 * math.exp(random.gauss(0, 0.01)) * (by if i >= at else 1)
	        cases.append([case, "creation", "ns/op", "lower", "getpid", 100 * mood * ratio, ratio])
	    slower = math.exp(random.gauss(0, 0.01)) * (1.25 if i >= 90 else 1)
	    cases.append(["bw_pipe", "bandwidth", "bytes/s", "higher", "bw_memcpy", 1e9 / slower, 4 * slower])
	    started = f"2026-{1 + i // 28:02}-{1 + i % 28:02}T00:00:00Z"
	    point = {"schema": "lwpbench-point/1", "run": {"started": started, "label": f"v{i + 1}", "seed": i},
	        "host": host, "columns": ["case", "family", "unit", "better", "floor", "figure", "ratio"], "cases": cases}
	    check.validate(point)
	    json.dump(point, open("h/" + started.replace("-", "").replace(":", "") + ".json", "w"))
	PY
}

# A result of two cases, begun at that second of 2026, its seed being that, too.
write_run() { # SECOND [MODEL]
	write_result <<-PY
	host = {"cpu.model": "${2:-A CPU}", "cpu.online": "2", "kernel.release": "6.1"}
	run = {"started": "2026-01-01T00:00:$1Z", "seed": int("$1")}
	case("getpid", "floor", [100, 200, 300])
	case("fork", "creation", [5000, 10000, 15000], floor="getpid")
	case("broken", "creation", [], reason="it fell over")
	PY
}

@test "add keeps what is measured of each run, once" {
	for i in 10 20; do
		write_run $i && mv r r$i
	done
	run "$LWPBENCH" history add --label v1 new/h r10
	[ "$status" -eq 0 ]
	[ "$output" = "1 kept in new/h" ]
	run "$LWPBENCH" history add --label 'v2 "x"' new/h r10 r20/result.json
	[ "$status" -eq 0 ]
	[ "$output" = "1 kept in new/h, 1 was there already" ]
	[ "$(ls new/h)" = $'20260101T000010Z.json\n20260101T000020Z.json' ]
	/usr/bin/python3 - "$ROOT/results/point.schema.json" <<-'PY'
	import json, sys
	import jsonschema
	points = [json.load(open(f"new/h/20260101T0000{i}Z.json")) for i in (10, 20)]
	for p in points:
	    jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))).validate(p)
	assert [p["run"]["label"] for p in points] == ["v1", "v2 'x'"]
	assert points[0]["host"]["kernel.release"] == "6.1"
	(getpid, fork) = points[0]["cases"]
	# Of the machine that grows slower nothing is left in the ratio.
	assert getpid[:5] == ["getpid", "floor", "ns/op", "lower", None] and getpid[5] == 200
	assert fork[0] == "fork" and fork[4] == "getpid" and fork[5] == 10000 and abs(fork[6] - 50) < 1e-9
	PY
}

@test "show lists every series, how it stands, and its last change" {
	use_points
	run "$LWPBENCH" history show h
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == "A, 2 CPUs, Linux 6.12.3" ]]
	[[ ${lines[1]} == "100 runs, 2026-01-01T00:00:00Z to 2026-04-16T00:00:00Z" ]]
	grep -qE '^getpid +100 +[0-9.]+ ns +– +0$' <<<"$output"
	grep -qE '^fork +100 +[0-9.]+ µs +5[0-9.]+ +1 +\+[78]\.[0-9] % +2026-04-02 v86$' <<<"$output"
	grep -qE '^vfork +100 .* 1 +-[0-9.]+ % +2026-02-1[0-9] v4[0-9]$' <<<"$output"
	grep -qE '^pthread_create +100 +[0-9.]+ µs +[45][0-9.]+ +0$' <<<"$output"
	run "$LWPBENCH" history show -b 'v*' h
	[[ $output == *vfork* && $output != *pthread_create* ]]
	# A series longer than it is wide fits a terminal.
	script -qec "stty cols 80; '$LWPBENCH' history show h" /dev/null | tr -d '\r' >seen
	[ "$(sed 's/\x1b\[[0-9;]*m//g' seen | wc -L)" -le 80 ]
}

@test "check fails for what is new and worse, names run, size, cases and what else changed" {
	use_points
	run "$LWPBENCH" history check h
	echo "$output"
	[ "$status" -eq 1 ]
	grep -qE '^fork +[0-9.]+ → [0-9.]+ µs +\+[78]\.[0-9] % +2026-04-02 v86 +0\.0' <<<"$output"
	[[ $output == *"With that run: kernel.release 6.1.0 → 6.12.3."* ]]
	# Of a rate less is worse.
	grep -qE '^bw_pipe .* -[12][0-9]\.[0-9] % +2026-04-07 v91' <<<"$output"
	grep -qE '^Known since 2026-02-1[0-9] v4[0-9], run 4[0-9]: vfork -(9|10)' <<<"$output"
	[[ $output == *"2 regressed, 3 unchanged." ]]
	# The machine's mood is no matter, and old news are no failure.
	run "$LWPBENCH" history check --recent 18446744073709551615 h
	[ "$status" -eq 1 ]
	run "$LWPBENCH" history check --recent 5 h
	[ "$status" -eq 0 ]
	grep -q '^Known since 2026-04-02 v86, run 86: fork ' <<<"$output"
	run "$LWPBENCH" history check -b 'pthread*' -b vfork h
	[ "$status" -eq 0 ]
}

@test "check speaks JSON, JUnit and Markdown" {
	use_points
	run "$LWPBENCH" history check --junit j.xml --markdown m.md --json h
	[ "$status" -eq 1 ]
	echo "$output" >a.json
	/usr/bin/python3 - "$ROOT/results/answers.schema.json" <<-'PY'
	import json, sys
	import jsonschema
	import xml.etree.ElementTree as ET
	a = json.load(open("a.json"))
	jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))).validate(a)
	by = {v["case"]: v for v in a["answers"]}
	assert a["status"] == 1 and a["alpha"] == 0.01
	assert by["fork"]["answer"] == "regressed" and 1.06 < by["fork"]["ratio"] < 1.1
	assert "run 86 of 100" in by["fork"]["note"] and "6.12.3" in by["fork"]["note"]
	assert by["bw_pipe"]["answer"] == "regressed" and 0.75 < by["bw_pipe"]["ratio"] < 0.85
	assert by["vfork"]["answer"] == by["getpid"]["answer"] == "unchanged"
	suite = ET.parse("j.xml").getroot().find("testsuite")
	assert suite.get("tests") == "5" and suite.get("failures") == "2" and suite.get("skipped") == "0"
	PY
	grep -q '2 cases regressed' m.md
	grep -q '`fork`: since 2026-04-02 v86' m.md
}

@test "too few runs are said so, with how many it takes" {
	write_run 10
	"$LWPBENCH" history add h r
	run "$LWPBENCH" history check h
	[ "$status" -eq 77 ]
	[[ $output == *"1 run: too few; with --alpha 1% and 2 cases it takes "*" to find any change"* ]]
	run "$LWPBENCH" history show h
	[ "$status" -eq 0 ]
	grep -qE '^fork +1 +10.0 µs +50 +~$' <<<"$output"
}

@test "results in the folder are runs, too" {
	mkdir h
	for i in 10 20; do
		write_run $i && mv r h/r$i
	done
	ln -s r20 h/latest
	"$LWPBENCH" history add --label v1 h h/r10
	run "$LWPBENCH" history show h
	[ "$status" -eq 0 ]
	[[ ${lines[1]} == "2 runs, 2026-01-01T00:00:10Z to 2026-01-01T00:00:20Z" ]]
	grep -qE '^fork +2 ' <<<"$output"
}

@test "runs of another machine are refused, and mixed folders" {
	write_run 10 && mv r r10
	write_run 20 "B CPU" && mv r r20
	"$LWPBENCH" history add h r10
	for results in r20 "r10 r20"; do
		# shellcheck disable=SC2086
		run "$LWPBENCH" history add h $results
		[ "$status" -eq 2 ]
		[ "${#lines[@]}" -eq 1 ]
		[[ $output == *"another machine"*"cpu.model is B CPU"* ]]
	done
	[ "$(ls h)" = 20260101T000010Z.json ]
	cp -r r20 h
	for action in show check plot; do
		run "$LWPBENCH" history $action h
		[ "$status" -eq 2 ]
		[ "${#lines[@]}" -eq 1 ]
		[[ $output == *"runs of two machines"* ]]
	done
}

@test "damaged, empty, foreign and newer files are one line each, and nothing is written" {
	write_run 10 && mv r good
	"$LWPBENCH" history add old good
	point=$(cat old/*.json)
	printf '' >empty.json
	printf 'hello\n' >foreign.json
	printf '{"a": 1}\n' >other.json
	head -c 200 <<<"$point" >cut.json
	sed 's|lwpbench-point/1|lwpbench-point/2|' <<<"$point" >newer.json
	sed 's|"fork","creation"|"fork",5|' <<<"$point" >wrong.json
	sed 's|2026-01-01T00:00:10Z|../../../../x|' <<<"$point" >path.json
	for file in empty foreign other cut newer wrong path; do
		rm -rf h && mkdir h && cp "$file.json" h/x.json
		commands=("check --json --junit j.xml h")
		[ "$file" != cut ] || commands+=("show h" "plot h" "add h good")
		for command in "${commands[@]}"; do
			# shellcheck disable=SC2086
			run "$LWPBENCH" history $command
			echo "$file: $command: $status: $output"
			[ "$status" -eq 2 ]
			[ "${#lines[@]}" -eq 1 ]
			[[ $output == "lwpbench: h/x.json: "* ]]
			[ "$(ls h)" = x.json ]
			[ ! -e j.xml ]
		done
		# As a result to keep, beside a good one.
		run "$LWPBENCH" history add fresh good "$file.json"
		[ "$status" -eq 2 ]
		[ "${#lines[@]}" -eq 1 ]
		[ ! -e fresh ]
	done
	# A result of which nothing was measured, a folder that is a file.
	sed 's/"status": "ok"/"status": "failed"/g' good/result.json >failed.json
	run "$LWPBENCH" history add fresh good failed.json
	[ "$status" -eq 2 ]
	[ "$output" = "lwpbench: failed.json: no case of it was measured" ]
	[ ! -e fresh ]
	run "$LWPBENCH" history add cut.json good
	[ "$status" -eq 2 ]
	[ "$output" = "lwpbench: cut.json: Not a directory" ]
	cp newer.json h/x.json
	run "$LWPBENCH" history show h
	[[ $output == *"made by a newer lwpbench"* ]]
}

@test "wrong use is one line and status 2" {
	mkdir empty
	write_run 10 && "$LWPBENCH" history add h r
	for args in "" "grow h" "show" "add h" "show h h" "show nowhere" "show empty" "check -b nosuch h" \
		"check --alpha 0 h" "check --recent 0 h" "show --recent 5 h" "show --json h" "add --alpha 1% h r" \
		"check --label x h" "add h nowhere" "plot -f gif h"; do
		# shellcheck disable=SC2086
		run "$LWPBENCH" history $args
		echo "$args: $status: $output"
		[ "$status" -eq 2 ]
		[[ ${lines[0]} == "lwpbench"* ]]
	done
	[ "$(ls h)" = 20260101T000010Z.json ]
}

@test "names from files are text, whatever is in them" {
	write_run 10
	"$LWPBENCH" history add h r
	/usr/bin/python3 - <<-'PY'
	import json
	p = json.load(open("h/20260101T000010Z.json"))
	p["run"]["label"] = "\x1b[31m`touch bad`\n\"; system 'touch bad'; \""
	p["cases"][1][0] = "fo\x1b]0;rk\t$(touch bad)\"`touch bad`"
	json.dump(p, open("h/20260101T000010Z.json", "w"))
	PY
	for command in "show h" "check h" "plot -f txt -o p h"; do
		# shellcheck disable=SC2086
		run "$LWPBENCH" history $command
		[[ $output != *$'\x1b'* ]]
	done
	[ ! -e bad ]
	run grep $'\x1b' p/history.txt
	[ "$status" -eq 1 ]
	grep -q 'fo ]0;rk' p/history.txt
}

@test "plot draws the points, levels and changes" {
	use_points
	run "$LWPBENCH" history plot -f svg,png,txt h
	[ "$status" -eq 0 ]
	[ "$output" = $'h/history.svg\nh/history.png\nh/history.txt' ]
	grep -q 'fork: 100 % is [0-9.]* × getpid' h/history.svg
	grep -qE '>\+[78]\.[0-9] % v86<' h/history.svg
	grep -q 'When which cost changed' h/history.txt
	# Each run of each series has a row, each change one, each panel's levels are theirs.
	/usr/bin/python3 - <<-'PY'
	blocks = open("h/history.dat").read().split("\n\n\n")[2:]
	assert len(blocks) == 5, len(blocks)
	fork = next(b for b in blocks if b.startswith('"fork:'))
	rows = [l.split("\t") for l in fork.splitlines()[1:] if l]
	assert len(rows) == 100
	assert [int(r[0]) for r in rows if r[3] != "0"] == [86]
	assert {r[2] for r in rows[:85]} == {"100"} and 106 < float(rows[85][2]) < 110
	PY
	run "$LWPBENCH" history plot -o - -b vfork h
	[ "$status" -eq 0 ]
	[[ $output == *"vfork: 100 % is "* && $output != *pthread_create* ]]
	# The pictures in the folder are no runs.
	"$LWPBENCH" history show h | grep -q '^100 runs'
}

@test "a thousand runs are read, of a few KiB each" {
	/usr/bin/python3 - <<-'PY'
	import json, os
	os.mkdir("h")
	cases = [[f"fork/pages={i}", "creation", "ns/op", "lower", "getpid", 1234.5678901234 + i, 12.345678901234 + i] for i in range(50)]
	for i in range(1000):
	    t = f"2026-01-{1 + i // 100:02}T{i % 100 // 10:02}:{i % 10:02}:00Z"
	    json.dump({"schema": "lwpbench-point/1", "run": {"started": t, "label": None, "seed": i}, "host": {"cpu.model": "A CPU"},
	        "columns": ["case", "family", "unit", "better", "floor", "figure", "ratio"], "cases": cases},
	        open("h/" + t.replace("-", "").replace(":", "") + ".json", "w"))
	PY
	run "$LWPBENCH" history show -b fork/pages=7 h
	[ "$status" -eq 0 ]
	grep -qE '^fork/pages=7 +1000 ' <<<"$output"
	# Of what lwpbench itself writes.
	write_run 10
	"$LWPBENCH" history add new r
	[ "$(stat -c %s new/*.json)" -le 1024 ]
}
