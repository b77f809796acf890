#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Which flag makes the difference: the suite, what attribute says of results by hand and of a real run.

setup() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	BENCHES=${BENCHES:-$(dirname "$LWPBENCH")/benches}
	ROOT=$PWD
	cd "$BATS_TEST_TMPDIR" || exit
}

# Writes r/result.json: 12 blocks of the cases that the Python on the standard input lists; with
# VALIDATE, held against the schema.
write_result() {
	mkdir -p r
	cat - >cases.py
	/usr/bin/python3 - "$ROOT/results/schema.json" <<-'PY'
	import json, os, sys

	BLOCKS = 12
	FLAGS = ["VM", "FS", "FILES", "SIGHAND", "THREAD", "SYSVSEM", "VFORK", "IO"]
	USAGE = dict.fromkeys(("voluntary_switches", "involuntary_switches", "minor_faults",
	    "major_faults", "user_ns", "system_ns"), 0)
	cases = []

	def legal():
	    for m in range(256):
	        s = {f for i, f in enumerate(FLAGS) if m >> i & 1}
	        if ("SIGHAND" not in s or "VM" in s) and ("THREAD" not in s or "SIGHAND" in s):
	            yield s

	def name(s):
	    text = "+".join(f for f in FLAGS if f in s) or "none"
	    return "lwp" if text == "VM+FS+FILES+SIGHAND" else text

	def rep(block, samples):
	    return {"block": block, "order": 0, "cpus": [0], "start_s": 0, "batch": 1, "burst": 1, "bytes": 0,
	        "interference": {"steal_ms": 0, "other_cpus_busy": 0, "pressure_cpu_ms": 0, "mhz": None,
	            "self": USAGE, "children": USAGE}, "samples": samples}

	# life(block) in ns; creation takes half of it, exit a fifth.
	def case(text, params, life, blocks=BLOCKS):
	    reps = [rep(i, [life(i)]) for i in range(blocks)]
	    stamps = [rep(i, [[life(i), life(i) // 2, 0, life(i) // 2, 0, life(i) // 5, 0, life(i) // 5 * 2, 0]])
	        for i in range(blocks)]
	    cases.append({"case": text, "bench": text.split("/")[0], "brief": "", "family": "creation", "floor": None,
	        "base": None, "params": params, "unit": "ns/op", "better": "lower", "batch": 1,
	        "status": "ok" if reps else "pending", "reason": None, "note": None, "tool": None,
	        "gauges": [], "reps": reps, "phases": {"names": ["return", "child", "exit", "reaped"],
	        "reps": stamps}, "events": {"counters": [], "reps": []}})

	# All sets from a parent; life(set, block) in ns.
	def sets(life, pages=0, leave=(), blocks=BLOCKS):
	    for s in legal():
	        if name(s) in leave:
	            continue
	        text = "clone3" + (f"/pages={pages}" if pages else "") + (f"/flags={name(s)}" if s else "")
	        case(text, {"pages": str(pages), "flags": name(s)}, lambda i: life(s, i), blocks)

	exec(open("cases.py").read())
	result = {"schema": "lwpbench-result/1", "lwpbench": "0",
	    "run": {"started": "2026-01-01T00:00:00Z", "suite": None, "command": "", "seed": 1, "precision": 0.02,
	        "budget_s": 1, "elapsed_s": 1, "limit_s": 1, "passes": 3, "complete": True, "blocks": BLOCKS,
	        "phase_blocks": BLOCKS, "clock": {"cost_ns": 1, "step_ns": 1}},
	    "host": {"cpu.model": "none", "memory.page_size": "4096"}, "warnings": [], "cases": cases}
	if "VALIDATE" in os.environ:
	    import jsonschema
	    jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))).validate(result)
	json.dump(result, open("r/result.json", "w"))
	PY
}

# 1 ms; each flag takes off or adds its own, and FS with FILES saves 4 µs once more.
additive() {
	cat <<-'PY'
	OWN = {"VM": -800000, "FS": -40000, "FILES": -60000, "SIGHAND": -30000, "THREAD": 10000, "SYSVSEM": -20000,
	    "VFORK": 5000, "IO": 0}
	def life(s, block):
	    return 1000000 + 1000 * block + sum(OWN[f] for f in s) - (4000 if {"FS", "FILES"} <= s else 0)
	PY
}

# The line of the output that begins so, its blanks squeezed; of several the first.
row() {
	grep -m1 "^$1  " <<<"$output" | tr -s ' '
}

@test "what each flag makes is found where it is known, as text and as JSON" {
	{ additive; echo 'sets(life); sets(lambda s, b: 2 * life(s, b), 16384)
case("pthread_create", {"pages": "0"}, lambda b: 67000 + 1000 * b)'; } | write_result
	run "$LWPBENCH" attribute r
	echo "$output"
	[ "$status" -eq 0 ]
	# -800 of -944 µs; FS and FILES have half of what they save together, each.
	[[ $output == *"VM makes 84.7 % [84.7, 84.7] of the difference between a fork and a thread, from a small parent."* ]]
	[[ $output == *"pthread_create adds 11.0 µs [11.0, 11.0 µs] to that thread."* ]]
	[[ $output == *"of the difference between a fork and a thread, from a parent of 64.0 MiB."* ]]
	[ "$(row "fork (no flag)")" = "fork (no flag) 503 µs 201 µs 1.01 ms 1.00 – 1.01 ms" ]
	[ "$(row FS)" = "FS -21.0 µs -8.40 µs -42.0 µs -42.0, -42.0 µs 4.4 [4.4, 4.4]" ]
	[ "$(row THREAD)" = "THREAD +5.00 µs +2.00 µs +10.0 µs 10.0 – 10.0 µs -1.1 [-1.1, -1.1]" ]
	[ "$(row "sum of the shares")" = "sum of the shares -472 µs -189 µs -944 µs" ]
	[ "$(row "gap: thread less fork")" = "gap: thread less fork -472 µs -189 µs -944 µs -944, -944 µs" ]
	[ "$(grep '^VFORK  ' <<<"$output" | tr -s ' ' | head -1)" = \
		"VFORK +2.50 µs +1.00 µs +5.00 µs 5.00 – 5.00 µs 0.5 [0.5, 0.5]" ]
	[ "$(row "FS with FILES")" = "FS with FILES -4.00 µs -4.00, -4.00 µs" ]
	[[ $output == *"1 of 25 pairs of flags clearly do together what neither does, from a small parent."* ]]
	[ "$(grep -c ' with ' <<<"$(sed '/^Shares:/,$d' <<<"$output" | grep '^[A-Z]* with [A-Z]*  ')")" = 2 ]
	"$LWPBENCH" attribute --json r | /usr/bin/python3 -c '
import json, sys
p, other = json.load(sys.stdin)["parents"]
assert p["cases"] == "clone3" and p["missing"] == [] and other["pthread_create_adds_ns"] is None, p
assert p["pthread_create_adds_ns"]["value"] == 11000
life = p["life"]
assert life["blocks"] == 12 and p["exit"]["blocks"] == 12
assert life["shares"]["VM"]["ns"]["value"] == -800000
assert sum(s["ns"]["value"] for s in life["shares"].values()) == life["gap"]["value"] == -944000
assert life["sum_of_shares"] == life["gap"]["value"]
assert abs(p["exit"]["shares"]["VM"]["ns"]["value"] + 160000) <= 1
assert abs(life["effects"]["FS"]["ns"]["value"] + 42000) < 1e-6
assert set(life["effects"]) - set(life["shares"]) == {"VFORK", "IO"}
assert [q["flags"] for q in life["pairs"] if q["clear"]] == [["FS", "FILES"]] and len(life["pairs"]) == 25
'
}

@test "an effect that blocks do not agree on is not called one" {
	{ additive; echo '
def more(s): return 700 if {"VM", "IO"} <= s else 0
sets(lambda s, b: life(s, b) + (-1) ** b * more(s))
sets(lambda s, b: life(s, b) + more(s), 4096)
sets(life, 8192, blocks=9)
sets(life, 16384, blocks=3)'; } | write_result
	run "$LWPBENCH" attribute r
	echo "$output"
	[[ $output == *"1 of 25 pairs of flags clearly do together what neither does, from a small parent."* ]]
	[[ $output == *"2 of 25 pairs of flags clearly do together what neither does, from a parent of 16.0 MiB."* ]]
	[ "$(row "VM with IO")" = "VM with IO +700 ns 700 – 700 ns" ]
	[[ $output == *"Too few blocks (3) to be sure: VM seems to make most of the difference between a fork and a thread, from a parent of 64.0 MiB."* ]]
	# With 9 blocks no sign of 25 can be told from luck.
	[[ $output == *"Too few blocks (9) to tell which of 25 pairs of flags do together what neither does, from a parent of 32.0 MiB."* ]]
}

@test "missing sets are named, with the way to measure them, and nothing is judged" {
	{ additive; echo 'sets(life, leave={"VM+FS", "lwp", "IO"})'; } | write_result
	run "$LWPBENCH" attribute r
	echo "$output"
	[ "$status" -eq 77 ]
	[ "${lines[0]}" = "lwpbench: r: clone3: 3 of 128 sets of flags are missing: VM+FS, VM+FS+FILES+SIGHAND, IO" ]
	# shellcheck disable=SC2016
	[ "${lines[1]}" = 'lwpbench: `lwpbench attribute` measures all sets in the same blocks' ]
	[ "${#lines[@]}" = 2 ]
	run sh -c '"$1" attribute --json r 2>/dev/null' sh "$LWPBENCH"
	[ "$status" -eq 77 ]
	[ "$(/usr/bin/python3 -c 'import json, sys; print(*json.load(sys.stdin)["parents"][0]["missing"])' <<<"$output")" = \
		"VM+FS VM+FS+FILES+SIGHAND IO" ]
	# None at all; no block that has all of them.
	echo 'case("fork", {"pages": "0"}, lambda b: 5)' | VALIDATE=1 write_result
	run "$LWPBENCH" attribute r
	[ "$status" -eq 77 ]
	[[ ${lines[0]} == *"no tasks made with sets of clone flags"* ]]
	{ additive; echo 'sets(life, blocks=2)
cases[-1]["reps"] = [dict(q, block=90) for q in cases[-1]["reps"]][:1]'; } | write_result
	run "$LWPBENCH" attribute r
	[ "$status" -eq 77 ]
	[[ $output == *"no block has all 128 sets of flags: give a larger --budget"* ]]
}

# One parent has all sets, the other lacks one, which failed.
@test "who has all sets answers, and is drawn as a waterfall from fork to thread" {
	{ additive; echo 'sets(life); sets(life, 16384, blocks=1)
k = next(k for k in cases if k["case"] == "clone3/pages=16384/flags=VM")
k.update(status="failed", reason="clone3: EPERM", reps=[], phases={"names": k["phases"]["names"], "reps": []})'
	} | write_result
	run "$LWPBENCH" attribute r
	[ "$status" -eq 0 ]
	[[ $output == *"from a small parent."* ]]
	[[ $output == *"clone3/pages=16384: 1 of 128 sets of flags are missing: VM (failed: clone3: EPERM)"* ]]
	[[ $output != *"measures all"* ]]
	"$LWPBENCH" plot --format svg -p attribute r >/dev/null
	/usr/bin/python3 - r/plots/attribute.dat <<-'PY'
	import sys
	rows = [l.rstrip("\n").split("\t") for l in open(sys.argv[1]) if l[0].isdigit()]
	rows.sort(key=lambda l: int(l[0]))
	assert [l[6].split(",")[0] for l in rows] == \
	    ["fork", "VM", "FS", "FILES", "SIGHAND", "THREAD", "SYSVSEM", "thread"], rows
	assert float(rows[0][2]) == 100
	for above, l in zip(rows, rows[1:-1]):
	    assert l[1] == above[2], (above, l)
	assert abs(float(rows[-2][2]) - float(rows[-1][2])) < 0.01
	PY
	[ -s r/plots/attribute.svg ]
}

@test "wrong use is told in a line" {
	run "$LWPBENCH" attribute --budget 5x
	[ "$status" -eq 2 ]
	run "$LWPBENCH" attribute nowhere
	[ "$status" -eq 2 ]
	run "$LWPBENCH" attribute -o d r
	[ "$status" -eq 2 ]
	[[ ${lines[0]} == *"nothing to measure"* ]]
}

@test "the suite has all legal sets from two parents, each in as many blocks with stamps" {
	grep -qx '@phases 12' "$ROOT/harness/suites/attribute.suite"
	# That the kernel takes them all is tried elsewhere.
	/usr/bin/python3 - "$ROOT/harness/suites/attribute.suite" <<-'PY'
	import sys
	flags = "VM FS FILES SIGHAND THREAD SYSVSEM VFORK IO".split()
	sets = []
	for line in open(sys.argv[1]):
	    if line.startswith("clone3 "):
	        _, pages, those = line.split()
	        assert pages == "pages=0,16384", line
	        sets += those.removeprefix("flags=").split(",")
	assert len(set(sets)) == len(sets) == 128, sets
	for s in sets:
	    assert s == "none" or s == "+".join(f for f in flags if f in s.split("+")), s
	PY
}

# Of a suite of a few sets, for all would take seconds to prepare.
# bats test_tags=benchmarks
@test "attribute measures, keeps the result, and says what a cut run lacks" {
	mkdir -p own/suites
	cp "$LWPBENCH" own
	ln -s "$(realpath "$BENCHES")" own/benches
	printf '%s\n' '@phases 12' 'clone3 flags=none,VM,FS,FILES,IO,VFORK,SYSVSEM,VM+FS' >own/suites/attribute.suite
	# The answer alone goes to the standard output.
	run sh -c 'own/lwpbench attribute -q --budget 150ms -o d >answer'
	echo "$output"
	[ "$status" -eq 77 ]
	[ ! -s answer ]
	[[ $output == *" not reached in "*": d"* ]]
	[[ $output == *"sets of flags are missing"*"give a larger --budget"* ]]
	/usr/bin/python3 -c '
import json
r = json.load(open("d/result.json"))
assert r["run"]["suite"] == "attribute" and r["run"]["phase_blocks"] == 12, r["run"]
assert len(r["cases"]) == 8, r["cases"]'
}
