#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Cost against size: what show and predict say of results by hand and of a real run; idle processes.

setup() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	BENCHES=${BENCHES:-$(dirname "$LWPBENCH")/benches}
	ROOT=$PWD
	cd "$BATS_TEST_TMPDIR" || exit
}

# Writes r/result.json: ten blocks of the cases that the Python on the standard input lists by case().
write_result() {
	mkdir -p r
	cat - >cases.py
	/usr/bin/python3 - "$ROOT/results/schema.json" <<-'PY'
	import json, sys
	import jsonschema

	cases = []
	USAGE = dict.fromkeys(("voluntary_switches", "involuntary_switches", "minor_faults",
	    "major_faults", "user_ns", "system_ns"), 0)

	# An operation takes so many ns, half of them CPU time.
	def case(text, family, ns):
	    bench, *given = text.split("/")
	    params = dict.fromkeys(("pages", "fds"), "0")
	    params.update(p.split("=") for p in given)
	    reps = [{"block": i, "order": 0, "cpus": [0], "start_s": 0, "batch": 1, "burst": 1, "bytes": 0,
	        "interference": {"steal_ms": 0, "other_cpus_busy": 0, "pressure_cpu_ms": 0, "mhz": None,
	            "self": dict(USAGE, system_ns=ns // 2), "children": USAGE},
	        "samples": [ns]} for i in range(10)]
	    cases.append({"case": text, "bench": bench, "brief": "", "family": family, "floor": None, "base": None,
	        "params": params, "unit": "ns/op", "better": "lower", "batch": 1, "status": "ok", "reason": None,
	        "note": None, "tool": None,
	        "gauges": [], "reps": reps, "phases": {"names": [], "reps": []}, "events": {"counters": [], "reps": []}})

	# At 0, 256 MiB and 1 GiB.
	def line(bench, family, at_0, per_gib):
	    case(bench, family, at_0)
	    case(bench + "/pages=65536", family, at_0 + per_gib // 4)
	    case(bench + "/pages=262144", family, at_0 + per_gib)

	exec(open("cases.py").read())
	result = {"schema": "lwpbench-result/1", "lwpbench": "0",
	    "run": {"started": "2026-01-01T00:00:00Z", "suite": None, "command": "", "seed": 1, "precision": 0.02,
	        "budget_s": 1, "elapsed_s": 1, "limit_s": 1, "passes": 1, "complete": True, "blocks": 10,
	        "clock": {"cost_ns": 1, "step_ns": 1}},
	    "host": {"cpu.model": "none"}, "warnings": [], "cases": cases}
	jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))).validate(result)
	json.dump(result, open("r/result.json", "w"))
	PY
}

# The dear way costs 1 ms and 8 ms a GiB, the cheap one 1 ms.
write_ways() {
	write_result <<-'PY'
	line("dear", "exec", 1000000, 8000000)
	line("cheap", "exec", 1000000, 0)
	case("dear/fds=1000", "exec", 1500000)
	case("dear/fds=2000", "exec", 2000000)
	PY
}

# The line of the output that begins so, its blanks squeezed.
row() {
	grep "^$1  " <<<"$output" | tr -s ' '
}

@test "show says what each size costs, and from where on one way costs twice the other" {
	write_ways
	run "$LWPBENCH" show r
	[ "$status" -eq 0 ]
	row "dear  *pages"
	[ "$(row "dear  *pages")" = \
		"dear pages 1.00 ms 8.00 ms [8.00, 8.00 ms] / GiB 800 [800, 800] grows 1.000 0.0 % 0 – 1.00 GiB 10" ]
	[[ $(row "dear  *fds") == "dear fds 1.00 ms 500 µs [500, 500 µs] / 1000 descriptors 50 [50, 50] grows "* ]]
	[[ $(row "cheap  *pages") == "cheap pages 1.00 ms 0 ns [0, 0 ns] / GiB 0 [0, 0] flat "* ]]
	[[ $output == *"dear costs twice cheap from pages=128 MiB on [128 MiB, 128 MiB]."* ]]
	# Three sizes make a line, two do not.
	[ "$(grep -c 'descriptors$\| / 1000 descriptors' <<<"$output")" = 1 ]
	write_result <<<'case("a", "exec", 5); case("a/pages=1", "exec", 6)'
	run "$LWPBENCH" show r
	[[ $output != *"cost against size"* ]]
}

@test "a crossing that was not reached says how far out it is, or that there is none" {
	write_result <<-'PY'
	line("dear", "exec", 1000000, 500000)
	line("cheap", "exec", 1000000, 0)
	line("bound", "exec", 600000, 400000)
	PY
	run "$LWPBENCH" show r
	[[ $output == *"dear costs twice cheap from pages=2.00 GiB on [2.00 GiB, 2.00 GiB], 2 times beyond what was measured, 1.00 GiB."* ]]
	[[ $output == *"dear never costs twice bound, whatever its pages."* ]]
}

@test "predict adds up what the weights cost, the cheapest way first" {
	write_ways
	run "$LWPBENCH" predict r pages=2G rate=50/s
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"pages=2.00 GiB (524288 of 4.00 KiB), which creates 50 tasks a second"* ]]
	# 1 + 2 * 8 ms, half of it CPU time, 50 times a second.
	[ "$(row dear)" = "dear 17.0 ms 17.0 – 17.0 ms 8.50 ms 42.5 % 85 %" ]
	[ "$(row cheap)" = "cheap 1.00 ms 1.00 – 1.00 ms 500 µs 2.5 % 5 %" ]
	[[ $output == *"cheap  "*"dear  "* ]]
	[[ $output == *"pages=2.00 GiB is 2 times beyond the largest measured, 1.00 GiB (cheap, dear)"* ]]
	[[ $output != *"warning"* ]]
	# So many pages, and a line that the other way lacks.
	run "$LWPBENCH" predict r pages=131072 fds=600 rate=3000
	[ "$(row dear)" = "dear 5.30 ms 5.30 – 5.30 ms 2.65 ms 795 % 1590 %" ]
	[[ $output == *"dear: one creator makes no more than 189 a second"* ]]
	[[ $output == *"cheap: no line for fds; measure it: lwpbench run -b cheap/fds=0,150,300,600"* ]]
	run "$LWPBENCH" predict r pages=8G
	[[ $output == *"warning: a guess: pages=8.00 GiB is 8 times beyond the largest measured, 1.00 GiB (cheap, dear)"* ]]
}

@test "predict --json has what the text says" {
	write_ways
	"$LWPBENCH" predict --json r pages=2G fds=3000 rate=3000/m >all
	/usr/bin/python3 - <<-'PY'
	import json
	o = json.load(open("all"))
	assert o["asked"] == {"pages": 2 << 30, "fds": 3000} and o["rate_per_s"] == 50, o
	dear, cheap = o["ways"]
	assert dear["way"] == "dear" and abs(dear["time_ns"]["value"] - 18.5e6) < 1, dear
	assert dear["time_ns"]["blocks"] == 10 and len(dear["time_ns"]["ci"]) == 2
	assert abs(dear["cpu_share"] - 0.4625) < 1e-9 and abs(dear["creator_share"] - 0.925) < 1e-9
	assert [w["times_beyond"] for w in dear["weights"]] == [2, 1.5]
	assert cheap["time_ns"] is None and cheap["cpu_share"] is None
	assert [w["measure"] for w in cheap["weights"]] == [None, "cheap/fds=0,750,1500,3000"]
	PY
}

@test "predict refuses what it does not understand in one line" {
	write_ways
	for words in "pagers=8G" "pages" "pages=" "pages=-1" "pages=1.5G" "pages=8GB" "pages=99999999999T" \
		"pages=18446744073709551615" "pages=1 pages=2" "rate=-1" "rate=50/d" "rate=" "rate=1 rate=1" "r"; do
		# shellcheck disable=SC2086
		run "$LWPBENCH" predict r $words
		echo "$words: $status: $output"
		[ "$status" -eq 2 ]
		[ "${#lines[@]}" -eq 1 ]
		[[ $output == "lwpbench: ${words%%=*}"* ]]
	done
	run "$LWPBENCH" predict nowhere pages=1
	[ "$status" -eq 2 ]
	run "$LWPBENCH" predict
	[ "$status" -eq 2 ]
}

@test "predict of what no line tells is status 77" {
	write_ways
	run "$LWPBENCH" predict r thp=4
	[ "$status" -eq 77 ]
	[[ $output == *"lwpbench run -b dear/thp=0,1,2,4"* ]]
	write_result <<<'case("fork", "creation", 5); case("fork/pages=1", "creation", 6)'
	run "$LWPBENCH" predict r
	[ "$status" -eq 77 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *"no line of cost against size"* ]]
}

@test "a real run has a line, and a prediction" {
	"$LWPBENCH" run -q --budget 1s --passes time -b fork/pages=0,4K,16K -o real
	run "$LWPBENCH" show real
	[ "$status" -eq 0 ]
	[[ $(row "fork  *pages") == "fork pages "*" / GiB "*" 0 – "*" MiB "* ]]
	run "$LWPBENCH" predict real pages=256M rate=10
	[ "$status" -eq 0 ]
	[[ $(row fork) == "fork "*" % "*" %" ]]
}

@test "procs= are there beside the tasks, and gone afterwards" {
	"$BENCHES/fork" procs=3 --stop 3>&- &
	local pid=$!
	until grep -qE '^State:	T' "/proc/$pid/status"; do sleep 0.01; done
	local children
	mapfile -t -d " " children <"/proc/$pid/task/$pid/children"
	kill -CONT "$pid"
	wait "$pid"
	echo "${children[@]}"
	[ "${#children[@]}" -eq 3 ]
	for child in "${children[@]}"; do
		[ ! -e "/proc/$child" ]
	done
	# By the driver, which fails a case that leaves a process running.
	run "$LWPBENCH" run -q --budget 500ms --passes time -b fork/procs=4 -b pthread_create/procs=4 -o real
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"2 measured, 0 failed, 0 skipped"* ]]
}

@test "procs= die with their parent" {
	"$BENCHES/fork" procs=3 --stop 3>&- &
	local pid=$! tries=0
	until grep -qE '^State:	T' "/proc/$pid/status"; do sleep 0.01; done
	local children
	mapfile -t -d " " children <"/proc/$pid/task/$pid/children"
	[ "${#children[@]}" -eq 3 ]
	kill -KILL "$pid"
	wait "$pid" || true
	for child in "${children[@]}"; do
		while kill -0 "$child" 2>/dev/null && ! grep -q '^State:	Z' "/proc/$child/status"; do
			((++tries < 500)) || return 1
			sleep 0.01
		done
	done
}

@test "a weight that there is no room for is skipped with what sets the limit" {
	run "$BENCHES/fork" pages=200M
	[ "$status" -eq 1 ]
	[[ $output == "fork: pages, shared, file, thp: more than a third of Mem"*" MiB leaves room for" ]]
	run "$BENCHES/fork" threads=100M
	[[ $output == "fork: threads: more than "*=*" leaves room for" ]]
	run "$BENCHES/fork" procs=100M
	[[ $output == "fork: procs: more than "*=*" leaves room for" ]]
	run "$LWPBENCH" run -q --budget 200ms --passes time -b fork/pages=200M -b fork/threads=100M -b getpid -o real
	[[ $("$LWPBENCH" show real) == *"fork/pages=209715200 skipped: pages, shared, file, thp: more than "* ]]
}
