#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The command line: arguments, statuses, what a run keeps and what show prints of it.

setup() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	FAKES=$(dirname "$LWPBENCH")/tests/benches
	ROOT=$PWD
	cd "$BATS_TEST_TMPDIR" || exit
}

# A run of little time; more arguments follow.
short() {
	"$LWPBENCH" run -q --budget 300ms "$@"
}

fake() {
	short --benches "$FAKES" "$@"
}

@test "--version and --help say what they are" {
	run "$LWPBENCH" --version
	[ "$status" -eq 0 ]
	[ "$output" = "lwpbench $(cat "$ROOT/VERSION")" ]
	run "$LWPBENCH" --help
	[ "$status" -eq 0 ]
	help=$output
	for command in list run show plot; do
		[[ $help == *"$command"* ]]
		run "$LWPBENCH" $command --help
		[ "$status" -eq 0 ]
		[[ $output == *"Usage: lwpbench $command"* ]]
	done
}

@test "wrong use is one line and status 2" {
	for args in "frob" "run --budget 5x" "run --precision 0" "run --passes phases" \
		"run -b fork/pages=many" "run -b frok" "run -s nowhere" "run --seed -1" "run -b fork/pages=1,," \
		"run -b clone3/flags=SIGHAND" "run --events no-such-event -b getpid" "show nowhere" "show"; do
		# shellcheck disable=SC2086
		run "$LWPBENCH" $args
		echo "$args: $status: $output"
		[ "$status" -eq 2 ]
		[ ! -e results ]
	done
}

@test "an illegal set of flags is refused with the rule that it breaks" {
	run "$LWPBENCH" run -b clone3/flags=SIGHAND
	[ "$status" -eq 2 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *"SIGHAND needs VM"* ]]
}

@test "list names every benchmark, suite and event, as text and as JSON" {
	run "$LWPBENCH" list
	[ "$status" -eq 0 ]
	for name in fork clone3 pthread_create vfork_exec quick default full minor-faults; do
		[[ $output == *"$name"* ]]
	done
	run "$LWPBENCH" list -v
	[[ $output == *"pages=0"* ]]
	[[ $output == *"phases: return child"* ]]
	[[ $output == *"unit: ns/op"*"floor: getpid"*"base: switch_pipe/switch=no"* ]]
	[[ $output == *"gauge cpu, ns/op: CPU time of all tasks"* ]]
	"$LWPBENCH" list --json | /usr/bin/python3 -c '
import json, sys
o = json.load(sys.stdin)
benches = {b["bench"]: b for b in o["benches"]}
assert benches["fork"]["base"] is None and benches["fork"]["gauges"] == []
pipe = benches["switch_pipe"]
assert pipe["unit"] == "ns/op" and pipe["floor"] == "getpid"
assert pipe["base"].startswith("switch_pipe/switch=no/")
assert {"name": "cpu", "unit": "ns/op", "brief": "CPU time of all tasks"} in pipe["gauges"]
assert set(o["suites"]) >= {"quick", "default", "full"}
assert all(e["reason"] is None or e["reason"] for e in o["events"])'
}

@test "few open files will do, and too few are named" {
	mkdir one
	cp "${BENCHES:-$(dirname "$LWPBENCH")/benches}/getpid" one
	run prlimit --nofile=32 "$LWPBENCH" list --benches one
	[ "$status" -eq 0 ]
	[[ $output == *"getpid "*"getpid(2)"* ]]
	run prlimit --nofile=8 "$LWPBENCH" list --benches one
	[[ $output == *"Too many open files"* ]]
}

# As it is: the sanitizers cannot do without, either.
# bats test_tags=benchmarks
@test "without /proc a line says so" {
	unshare -m true 2>/dev/null || skip "this user may not mount"
	# shellcheck disable=SC2016 # the inner shell expands it
	run unshare -m sh -ec 'mount -t tmpfs none /proc; exec "$0" list' "$LWPBENCH"
	[ "$status" -eq 3 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *"/proc is not there"* ]]
}

@test "a run keeps a result that fits its schema" {
	short --budget 3s -b fork -b getpid -b pthread_create/pages=0,16 -o r
	/usr/bin/python3 - r/result.json "$ROOT/results/schema.json" <<-'PY'
	import json, sys
	import jsonschema
	result, schema = (json.load(open(f)) for f in sys.argv[1:])
	jsonschema.Draft202012Validator.check_schema(schema)
	jsonschema.Draft202012Validator(schema).validate(result)
	assert [c["case"] for c in result["cases"]] == ["fork", "getpid", "pthread_create", "pthread_create/pages=16"]
	for c in result["cases"]:
	    assert c["status"] == "ok", c
	    assert c["phases"]["reps"] or not c["phases"]["names"], c["case"]
	    assert c["events"]["reps"]
	    for rep in c["reps"]:
	        assert rep["samples"] and min(rep["samples"]) > 0
	fork = result["cases"][0]
	names = fork["phases"]["names"]
	at = lambda row, name: row[1 + 2 * names.index(name)]
	for rep in fork["phases"]["reps"]:
	    for row in rep["samples"]:
	        assert at(row, "child") <= at(row, "exit") <= at(row, "reaped") <= row[0], row
	        assert row[2] == rep["cpus"][0]
	counters = [e["name"] for e in fork["events"]["counters"]]
	i = counters.index("context-switches")
	# A fork and the wait for it cost at least a switch, and the child's first write a fault.
	if fork["events"]["counters"][i]["reason"] is None:
	    rep = fork["events"]["reps"][0]
	    assert sum(row[3 * i] for row in rep["samples"]) >= len(rep["samples"]), rep
	PY
}

@test "a ladder begins with its first rung, ends where it says, and is a slope" {
	fake --budget 1s -b ladder -o r
	run "$LWPBENCH" show --json r
	[ "$status" -eq 0 ]
	echo "$output" | /usr/bin/python3 -c '
import json, sys
o = json.loads(sys.stdin.read())
case, = json.load(open("r/result.json"))["cases"]
assert o["unit"] == "bytes/task" and abs(o["median"] - 5000) < 1e-6, o
assert case["note"] == "500 tasks instead of 1000: there are no more", case["note"]
assert 6 <= len(case["reps"]) <= 14 and not case["events"]["reps"], len(case["reps"])
for rep in case["reps"]:
    assert [row[1:] for row in rep["samples"]] == \
        [[100 * i, 1048576 + 500000 * i, i] for i in range(1, 6)], rep
'
	# By hand, too, it ends there.
	"$FAKES/ladder" 1000
}

@test "known rows come out as known figures" {
	fake --budget 1s -b known --passes time -o r
	run "$LWPBENCH" show --json r
	[ "$status" -eq 0 ]
	echo "$output" | /usr/bin/python3 -c '
import json, statistics, sys
o = json.loads(sys.stdin.read())
case, = json.load(open("r/result.json"))["cases"]
assert o["status"] == "ok"
# Sample i of a rep lasts (i + 1) us; on a busy machine some reps end early.
counts = [len(rep["samples"]) for rep in case["reps"]]
medians = [1000 * (n + 1) / 2 for n in counts]
every = sorted(1000 * (i + 1) for n in counts for i in range(n))
assert (o["samples"], o["reps"]) == (len(every), len(counts)), o
assert abs(o["median"] - statistics.median(medians)) < 1e-6, (o, counts)
assert min(medians) <= o["ci"][0] <= o["median"] <= o["ci"][1] <= max(medians), o
assert o["min"] == 1000, o
assert abs(o["p99"] - every[int(0.99 * (len(every) - 1))]) <= 1000, o
'
}

@test "show prints a table that fits 100 columns" {
	short --budget 2s -b fork -b vfork -b getpid -b null -b 'clone3/flags=VM+FS+FILES/burst=3' -o r
	run "$LWPBENCH" show --phases --events r
	[ "$status" -eq 0 ]
	[[ $output == *"95 % interval"* ]]
	[[ $output == *"stamps add"* ]]
	[[ $output == *"minor-faults"* ]]
	for line in "${lines[@]}"; do
		case $line in
		warning:* | *n/a:*) continue ;; # sentences
		esac
		echo "${#line}: $line"
		[ "${#line}" -le 110 ]
		[[ $line != *$'\033'* ]]
	done
}

@test "show and plot read standard input and files as well as folders" {
	short -b getpid -o r
	"$LWPBENCH" show r >one
	"$LWPBENCH" show r/result.json >two
	"$LWPBENCH" show - <r/result.json >three
	cmp one two
	cmp one three
}

@test "damaged and foreign results are refused in one line" {
	short -b getpid -o r
	head -c 2000 r/result.json >cut.json
	sed 's,lwpbench-result/1,lwpbench-result/9,' r/result.json >newer.json
	sed 's/"status": *"ok"/"status":"fine"/' r/result.json >status.json
	sed 's/"batch": *[0-9]*/"batch":0/g' r/result.json >batch.json
	: >empty.json
	echo '{"benchmarks": []}' >foreign.json
	for file in cut newer status batch empty foreign; do
		run "$LWPBENCH" show $file.json
		echo "$file: $status: $output"
		[ "$status" -eq 2 ]
		[ "${#lines[@]}" -eq 1 ]
		[[ $output == "lwpbench: $file.json: "* ]]
	done
}

@test "a result is never overwritten" {
	short -b getpid -o r
	before=$(sha256sum r/result.json)
	run short -b getpid -o r
	[ "$status" -eq 2 ]
	[[ $output == *"there is a result already"* ]]
	[ "$before" = "$(sha256sum r/result.json)" ]
}

@test "without -o the result is the latest of results" {
	short -b getpid
	[ -L results/latest ]
	"$LWPBENCH" show results/latest
	[ "$(find results -name '*.tmp*' | wc -l)" -eq 0 ]
}

# bats test_tags=benchmarks
@test "a seed gives the same order again, another seed another" {
	order() {
		/usr/bin/python3 -c '
import json, sys
r = json.load(open(sys.argv[1]))
print(*sorted((rep["block"], rep["order"], c["case"]) for c in r["cases"] for rep in c["reps"]), sep="\n")' "$1/result.json"
	}
	for seed in 7 7 8; do
		short --seed $seed --budget 1s --passes time -b null -b clock -b getpid -b 'getpid/link=dynamic' -o "r$((++n))"
		order "r$n" >"order$n"
		[ "$(wc -l <"order$n")" -ge 4 ]
	done
	# As far as all have come.
	n=$(wc -l order? | awk '{ if (!n || $1 < n) n = $1 } END { print n }')
	head -n "$n" order1 | diff - <(head -n "$n" order2)
	! head -n "$n" order1 | diff - <(head -n "$n" order3)
}

@test "globs choose among benchmarks and a suite's cases" {
	run short -b 'nu*' -o r
	[ "$status" -eq 0 ]
	run "$LWPBENCH" show --json r
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *'"case": "null"'* || $output == *'"case":"null"'* ]]
	run short -s quick -b 'fork*' -o r2
	"$LWPBENCH" show --json r2 | grep -q 'fork/pages=4096'
	run short -b 'zzz*' -o r3
	[ "$status" -eq 2 ]
	[[ $output == *"matches no case"* ]]
}

# bats test_tags=benchmarks
@test "a glob before parameters gives them to every benchmark that it matches" {
	run short --budget 1s -b 'switch_[pf]*/task=process,thread/switch=no' -o r
	[ "$status" -eq 0 ]
	"$LWPBENCH" show --json r | sed -E 's/.*"case": ?"([^"]*)".*/\1/' | sort >cases
	diff cases - <<-END
		switch_futex/switch=no
		switch_futex/task=thread/switch=no
		switch_pipe/switch=no
		switch_pipe/task=thread/switch=no
	END
	# One that lacks them is none of those meant.
	run short --budget 0.01s -b 'bw_*/task=thread/size=4096' -o bw
	[ "$status" -ne 2 ]
	"$LWPBENCH" show --json bw >cases
	grep -q '"bw_pipe/task=thread/size=4096"' cases
	[ "$(grep -c '"case": *"bw_memcpy' cases)" = 0 ]
	run short -b 'switch_*/pages=1' -o r2
	[ "$status" -eq 2 ]
	[[ $output == *"no such parameter: pages=1"* ]]
}

@test "suites: a mistake is told with file, line and column" {
	printf '# one\nnull\nfork pages=\n' >a.suite
	run "$LWPBENCH" run -s ./a.suite
	[ "$status" -eq 2 ]
	[[ $output == *"a.suite:3:6: pages=: a value is missing"* ]]
	printf '@budgie 5m\n' >b.suite
	run "$LWPBENCH" run -s ./b.suite
	[[ $output == *"b.suite:1:1: @budgie: no such setting"* ]]
	printf 'null\n\nfork colour=red\n' >c.suite
	run "$LWPBENCH" run -s ./c.suite
	[[ $output == *"c.suite:3: fork: no such parameter: colour=red"* ]]
}

# bats test_tags=benchmarks
@test "every case of the suites is accepted by its benchmark" {
	for suite in quick default full; do
		short -s $suite --budget 1ms -o "r-$suite" || [ $? -eq 3 ]
		/usr/bin/python3 -c '
import json, sys
r = json.load(open(sys.argv[1]))
assert len(r["cases"]) > 10
assert r["run"]["suite"] == sys.argv[2]' "r-$suite/result.json" $suite
	done
}

@test "progress is a bar on a terminal, lines elsewhere, nothing when quiet" {
	"$LWPBENCH" run --budget 300ms -b getpid -o r1 2>err
	run cat err
	[[ $output == *"block 1 (time)"* ]]
	[[ $output != *$'\r'* ]]
	short -b getpid -o r2 2>err
	[ -z "$(grep block err)" ]
	script -qec "'$LWPBENCH' run --budget 500ms -b getpid -o r3" /dev/null >terminal
	grep -q $'\r.*\[[#.]*\] ETA' terminal
}

@test "place: one CPU, two cores, what is lacking is skipped with the reason" {
	run short --budget 1s -b 'getpid/place=any,same,sibling,core,node,package' -o r
	/usr/bin/python3 - r/result.json <<-'PY'
	import json, os, sys
	cases = {c["case"]: c for c in json.load(open(sys.argv[1]))["cases"]}
	assert all(rep["cpus"] == [] for rep in cases["getpid/place=any"]["reps"])
	for c in cases.values():
	    if c["status"] == "skipped":
	        assert c["reason"].startswith("place=" + c["params"]["place"] + ": no") or \
	            c["reason"] == "place=package: only one package here has CPUs that may be used", c
	    else:
	        assert c["status"] == "ok"
	assert all(len(rep["cpus"]) == 1 for rep in cases["getpid"]["reps"])
	for place in "sibling", "core", "node", "package":
	    for rep in cases["getpid/place=" + place]["reps"]:
	        assert len(set(rep["cpus"])) == len(rep["cpus"]) == 2
	PY
}

@test "a ring has as many CPUs as it has tasks, where the place has so many" {
	[ "$(nproc)" -ge 2 ] || skip "one CPU"
	run short --budget 1s -b 'switch_futex/place=core/tasks=3,5' -o r
	/usr/bin/python3 - r/result.json <<-'PY'
	import json, os, sys
	for c in json.load(open(sys.argv[1]))["cases"]:
	    if c["params"]["switch"] == "no" or c["status"] == "skipped":
	        continue
	    assert c["status"] == "ok", c["reason"]
	    want = int(c["params"]["tasks"])
	    for rep in c["reps"]:
	        assert 2 <= len(rep["cpus"]) <= min(want, len(os.sched_getaffinity(0)))
	        assert len(set(rep["cpus"])) == len(rep["cpus"])
	PY
}

@test "what one task does alone is not less itself by another kind of task" {
	run short --budget 0.01s --events none -b 'lock_mutex/task=thread/tasks=1,2' -o r
	/usr/bin/python3 - r/result.json <<-'PY'
	import json, sys
	bases = {c["case"]: c["base"] for c in json.load(open(sys.argv[1]))["cases"]}
	assert bases == {
	    "lock_mutex/task=thread": None,
	    "lock_mutex/task=thread/tasks=2": "lock_mutex",
	    "lock_mutex": None,
	}, bases
	PY
}

@test "a case with a base has it measured beside it, once, in the same blocks" {
	short --budget 2s --events none -b 'switch_pipe/task=process,thread' -o r
	/usr/bin/python3 - r/result.json <<-'PY'
	import json, sys
	cases = json.load(open(sys.argv[1]))["cases"]
	base, = (c for c in cases if c["params"]["switch"] == "no")
	kinds = [c for c in cases if c is not base]
	assert [c["params"]["task"] for c in kinds] == ["process", "thread"]
	blocks = lambda c: {rep["block"] for rep in c["reps"]}
	last = max(blocks(base) | blocks(kinds[0]) | blocks(kinds[1])) # the budget may cut it short
	assert last > 1
	assert base["base"] is None
	for c in kinds:
	    # What it is called there is what it is called here.
	    assert c["base"] == base["case"] == "switch_pipe/switch=no", c["base"]
	    assert blocks(c) - {last} <= blocks(base)
	    same = {name for name in c["params"] if name not in ("switch", "task", "place")}
	    assert all(c["params"][name] == base["params"][name] for name in same)
	PY
}

# bats test_tags=benchmarks
@test "what a case is held against is named as run and show name it" {
	short --budget 1ms -b '*' -o r || [ $? -eq 3 ]
	/usr/bin/python3 - r/result.json "$(dirname "$LWPBENCH")/benches" <<-'PY'
	import json, subprocess, sys
	cases = {c["case"]: c for c in json.load(open(sys.argv[1]))["cases"]}
	def named(text):
	    bench, *params = text.split("/")
	    said = subprocess.run([sys.argv[2] + "/" + bench, "--describe"] + params,
	                          stdout=subprocess.PIPE, check=True, text=True).stdout
	    return dict(line.split("\t")[:2] for line in said.splitlines())["case"]
	for floor in {c["floor"] for c in cases.values()} - {None}:
	    assert named(floor) == floor, floor
	assert cases["switch_futex/ws=65536"]["base"] == "switch_futex/ws=65536/switch=no"
	for c in cases.values():
	    assert c["base"] is None or cases[c["base"]]["base"] is None, c["case"]
	PY
}
