#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Verdicts: what they say of results written by hand, and runs that are about claims.

setup() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	cd "$BATS_TEST_TMPDIR" || exit
}

# Most tests ask about one result, which takes longer to write than to judge.
setup_file() {
	export ROOT=$PWD
	(cd "$BATS_FILE_TMPDIR" && write_pair)
}

use_pair() {
	mkdir r && cp "$BATS_FILE_TMPDIR/r/result.json" r
}

# Writes r/result.json: the cases that the Python on the standard input lists by case().
write_result() {
	mkdir -p r
	cat - >cases.py
	/usr/bin/python3 - "$ROOT/results/schema.json" <<-'PY'
	import json, sys
	import jsonschema

	cases = []
	host = {"cpu.model": "Model <b>7</b>", "kernel.name": "Linux", "kernel.release": "6.1", "cpu.online": "2",
	    "host.hypervisor": "KVM", "kernel.pti": "on", "kernel.pcid": "off", "kernel.thp": "madvise"}
	USAGE = dict.fromkeys(("voluntary_switches", "involuntary_switches", "minor_faults",
	    "major_faults", "user_ns", "system_ns"), 0)

	def rep(block, rows):
	    return {"block": block, "order": 0, "cpus": [0], "start_s": block, "batch": 1, "burst": 1, "bytes": 0,
	        "interference": {"steal_ms": 0, "other_cpus_busy": 0, "pressure_cpu_ms": 0, "mhz": None,
	            "self": USAGE, "children": USAGE},
	        "samples": [rows]}

	# In block i an operation takes ns[i]; the phase "child" is reached after a share of that in the
	# first `phases` blocks.
	def case(text, ns, gauges=(), status="ok", reason=None, phases=None):
	    bench, *given = text.split("/")
	    cases.append({"case": text, "bench": bench, "brief": "", "family": "f", "floor": None, "base": None,
	        "params": dict(p.split("=") for p in given), "unit": "ns/op", "better": "lower",
	        "batch": 1, "status": status, "reason": reason, "note": None, "tool": None,
	        "gauges": [{"name": n, "unit": u, "brief": "what it is"} for n, u, _ in gauges],
	        "reps": [rep(i, [t] + [v for _, _, v in gauges] if gauges else t) for i, t in enumerate(ns)],
	        "phases": {"names": ["child"] if phases else [],
	            "reps": [rep(i, [t, int(phases * t), 0]) for i, t in enumerate(ns)] if phases else []},
	        "events": {"counters": [], "reps": []}})

	exec(open("cases.py").read())
	result = {"schema": "lwpbench-result/1", "lwpbench": "0",
	    "run": {"started": "2026-01-01T00:00:00Z", "suite": None, "command": "", "seed": 1, "precision": 0.02,
	        "budget_s": 1, "elapsed_s": 1, "limit_s": 1, "passes": 1, "complete": True, "blocks": 1,
	        "clock": {"cost_ns": 1, "step_ns": 1}},
	    "host": host, "warnings": [], "cases": cases}
	jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))).validate(result)
	json.dump(result, open("r/result.json", "w"))
	PY
}

# Twenty blocks in which dear takes four times as long as cheap, and even twice.
write_pair() {
	write_result <<-'PY'
	pace = [1 + i % 3 for i in range(20)]
	case("dear", [4000 * p for p in pace], gauges=[("faults", "faults/op", 3)], phases=0.5)
	case("cheap", [1000 * p for p in pace], phases=0.9)
	case("even", [2000 * p for p in pace])
	case("odd", [2000 * p * (1 + i % 2) for i, p in enumerate(pace)])
	case("broken", [], status="failed", reason="it <fell> over")
	case("lonely", [], status="skipped", reason="place=core: there is one CPU")
	PY
}

# claim NAME RULE [FIELD]...: a claim on the standard output.
claim() {
	printf 'claim %s\n  says Something is so.\n  source A book\n  rule %s\n' "$1" "$2"
	shift 2
	[ $# -eq 0 ] || printf '  %s\n' "$@"
}

# The verdict on a claim of c.claims, as JSON through Python: judged NAME EXPRESSION.
judged() {
	"$LWPBENCH" verdict --json --claims c.claims r >json || [ $? -eq 77 ]
	/usr/bin/python3 - "$1" "$2" <<-'PY'
	import json, sys
	o = json.load(open("json"))
	v = {v["id"]: v for v in o["verdicts"]}[sys.argv[1]]
	assert eval(sys.argv[2]), v
	PY
}

@test "what lies clearly on one side of its bound holds or does not, with the figure and why" {
	use_pair
	{
		claim many '[dear] / [cheap] > 2' 'holds It does more.' 'fails It does no more.'
		claim few '[dear] / [cheap] < 2' 'holds It does less.' 'fails It does no less.'
		claim range '[even] in 1 us .. 7 us'
		claim out-of-range '[dear].faults in 10 .. 20'
		claim phase '[dear]@child / [cheap]@child > 2'
	} >c.claims
	run "$LWPBENCH" verdict --claims c.claims r
	[ "$status" -eq 0 ]
	grep -q '^many  *holds  *4  *\[4, 4\]  *20$' <<<"$output"
	grep -q '^few  *does not hold  *4  *\[4, 4\]  *20$' <<<"$output"
	grep -q '^range  *holds  *4.00 µs  *\[' <<<"$output"
	grep -q '^out-of-range  *does not hold  *3  *\[3, 3\]  *20$' <<<"$output"
	[[ $output == *"Something is so. (A book)"* ]]
	[[ $output == *"It does more."*"It does no less."* ]]
	[[ $output != *"It does less."* ]]
	[[ $output == *"[dear] / [cheap] is 4 [4, 4] in 20 blocks"* ]]
	[[ $output == *"3 hold, 2 do not hold, 0 undecided"*"at most 5 %"* ]]
	# Half of 4 in 0.9 of 1.
	judged phase 'v["verdict"] == "holds" and abs(v["rules"][0]["value"] - 2.222) < .01'
}

@test "what lies on both sides or close to its bound is undecided" {
	use_pair
	{
		claim both '[odd] / [cheap] > 3'
		claim near '[even] / [cheap] > 1.99'
		claim sure '[even] / [cheap] > 1'
	} >c.claims
	judged both 'v["verdict"] == "undecided" and v["rules"][0]["missing"] is None and v["why"]'
	judged near 'v["verdict"] == "undecided" and v["rules"][0]["value"] == 2'
	judged sure 'v["verdict"] == "holds"'
}

@test "one block, or five, decide nothing" {
	write_result <<-'PY'
	case("dear", [4000] * 4)
	case("cheap", [1000] * 4)
	PY
	claim many '[dear] / [cheap] > 2' >c.claims
	run "$LWPBENCH" verdict --claims c.claims r
	[ "$status" -eq 77 ]
	grep -q '^many  *undecided  *4  *–  *4$' <<<"$output"
	[[ $output == *"0 hold, 0 do not hold, 1 undecided"* ]]
}

@test "a claim of several rules holds if all do, and says what each found" {
	use_pair
	{
		claim two '[dear] / [cheap] > 2' 'rule [even] / [cheap] > 1'
		claim one '[dear] / [cheap] > 2' 'rule [even] / [cheap] > 3'
		claim half '[dear] / [cheap] > 2' 'rule [odd] / [cheap] > 3'
	} >c.claims
	judged two 'v["verdict"] == "holds" and [r["value"] for r in v["rules"]] == [4, 2]'
	judged one 'v["verdict"] == "does not hold"'
	judged half 'v["verdict"] == "undecided"'
	run "$LWPBENCH" verdict --claims c.claims r
	grep -q '^one  *does not hold  *2  *\[2, 2\]  *20$' <<<"$output"
	[[ $output == *"Rule 1: [dear] / [cheap] > 2: 4"*"Rule 2: [even] / [cheap] > 3: 2"* ]]
}

@test "what is missing is told, whatever it is" {
	use_pair
	{
		claim absent '[nowhere] > 1'
		claim failed '[broken] > 1 us'
		claim skipped '[lonely] / [cheap] > 1'
		claim gauge '[dear].switches > 1'
		claim phase '[even]@child > 1 us'
		claim machine '[dear] > 1 us' 'needs kernel.pcid = on'
	} >c.claims
	run "$LWPBENCH" verdict --claims c.claims r
	[ "$status" -eq 77 ]
	# What a run would help is named; of all else a line says why.
	[[ $output == *$'\n'"Not measured: absent."$'\n'* ]]
	[[ $output == *"1 of these were not measured: "*"--resume RESULT -s claims"* ]]
	for why in 'failed: .*it <fell> over' 'skipped: .*there is one CPU' 'gauge: .*"switches"' \
		'phase: .*"child"' 'machine: .*kernel.pcid'; do
		grep -q "^$why" <<<"$output"
	done
	[[ $output != *"Something is so"* ]]
	run "$LWPBENCH" verdict -v --claims c.claims r
	for id in absent failed skipped gauge phase machine; do
		grep -q "^$id  *undecided" <<<"$output"
	done
	[[ $output == *"nowhere is not in the result"*"Rule: [nowhere] > 1"* ]]
	[[ $output != *"Not measured"* ]]
	judged absent 'v["rules"][0] == {"rule": "[nowhere] > 1", "value": None, "ci": [None, None], "blocks": 0,
	    "missing": "nowhere is not in the result"}'
	judged failed '"it <fell> over" in v["rules"][0]["missing"] and v["verdict"] == "undecided"'
}

@test "the machine and its kind stand above the verdicts" {
	use_pair
	claim many '[dear] / [cheap] > 2' >c.claims
	run "$LWPBENCH" verdict --claims c.claims r
	[[ ${lines[0]} == "Model <b>7</b>, 2 CPUs, Linux 6.1, virtual machine (KVM)" ]]
	[[ ${lines[1]} == "hypervisor: KVM; PTI on, PCID off, transparent huge pages: madvise" ]]
	judged many 'o["machine"]["kernel"] == "6.1" and o["machine"]["pti"] == "on" and o["false_at_most"] == .05'
	sed -i 's/"host.hypervisor": "KVM"/"host.hypervisor": "none found; looked at x"/; s/"kernel.pti": "on", //' \
		r/result.json
	run "$LWPBENCH" verdict --claims c.claims r
	[[ ${lines[1]} == "bare metal; PTI not known, PCID off, transparent huge pages: madvise" ]]
	judged many 'o["machine"]["pti"] is None'
}

@test "families have tables of their own, and several files make one set of claims" {
	use_pair
	claim many '[dear] / [cheap] > 2' >first.claims
	claim few '[dear] / [cheap] < 2' >second.claims
	run "$LWPBENCH" verdict --claims first.claims --claims second.claims r
	[ "$status" -eq 0 ]
	[[ $output == *$'\n'"first "*$'\n'"many "*$'\n'"second "*$'\n'"few "* ]]
	[[ $output == *"1 holds, 1 does not hold, 0 undecided"* ]]
	# A result from the standard input is one, too.
	"$LWPBENCH" verdict --claims first.claims - <r/result.json | grep -q '^many  *holds'
}

@test "sentences are wrapped into a terminal's width" {
	use_pair
	claim a-claim-with-a-rather-long-name-that-goes-on-and-on '[dear] / [cheap] > 2' \
		'holds One reason and another reason and a third reason and a fourth reason and a fifth reason and so on.' \
		>c.claims
	for columns in 80 100 160; do
		script -qec "stty cols $columns; NO_COLOR=1 '$LWPBENCH' verdict --claims c.claims r" /dev/null |
			tr -d '\r' >seen
		while read -r line; do
			echo "$columns: ${#line}: $line"
			[ "${#line}" -le "$columns" ]
		done <seen
		[[ $(tr -s ' \n' ' ' <seen) == *"a third reason and a fourth reason and a fifth reason and so on."* ]]
		grep -q '^a-clai.*holds  *4  *\[4, 4\]  *20$' seen
	done
}

@test "wrong claims are one line with their place, an unreadable result is one, too" {
	use_pair
	printf 'claim x\n  says A\n  source b\n  rule [dear] / > 2\n' >wrong.claims
	run "$LWPBENCH" verdict --claims wrong.claims r
	[ "$status" -eq 2 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *"wrong.claims:4:"[0-9]*": "* ]]
	run "$LWPBENCH" verdict --claims nowhere.claims r
	[ "$status" -eq 2 ]
	[[ $output == *nowhere.claims* ]]
	claim many '[dear] / [cheap] > 2' >c.claims
	echo '{' >broken.json
	for result in nowhere broken.json; do
		run "$LWPBENCH" verdict --claims c.claims $result
		[ "$status" -eq 2 ]
		[ "${#lines[@]}" -eq 1 ]
	done
	run "$LWPBENCH" verdict
	[ "$status" -eq 2 ]
	run "$LWPBENCH" verdict r r
	[ "$status" -eq 2 ]
}

@test "a run about claims measures what they need and ends when they are decided" {
	{
		claim call '[getpid] / [null] > 1'
		claim cost '[getpid] in 1 ns .. 1 ms' 'rule [null] < 1 ms'
	} >c.claims
	SECONDS=0
	run "$LWPBENCH" run -q -s ./c.claims --budget 60s -o r
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$SECONDS" -lt 40 ]
	[[ $output == *"2 hold, 0 do not hold, 0 undecided: \`lwpbench verdict --claims ./c.claims r\`"* ]]
	/usr/bin/python3 - <<-'PY'
	import json
	o = json.load(open("r/result.json"))
	assert {c["case"] for c in o["cases"]} == {"null", "getpid"}
	assert o["run"]["suite"] == "./c.claims" and o["run"]["elapsed_s"] < o["run"]["budget_s"]
	assert not [w for w in o["warnings"] if "undecided" in w], o["warnings"]
	PY
	run "$LWPBENCH" verdict --claims c.claims r
	[ "$status" -eq 0 ]
	# There is nothing left to do.
	n=$(grep -o '"start_s"' r/result.json | wc -l)
	run "$LWPBENCH" run -q --resume r --budget 10s
	[ "$status" -eq 0 ]
	[ "$(grep -o '"start_s"' r/result.json | wc -l)" -eq "$n" ]
}

@test "claims are added to a run of another suite, and what it has counts" {
	"$LWPBENCH" run -q -b getpid -b clock --passes time --budget 1s -o r
	claim call '[getpid] / [null] > 1' >c.claims
	before=$(grep -o '"start_s"' r/result.json | wc -l)
	run "$LWPBENCH" run -q --resume r -s ./c.claims --budget 30s
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"1 holds"* ]]
	[ "$(grep -o '"start_s"' r/result.json | wc -l)" -gt "$before" ]
	/usr/bin/python3 - <<-'PY'
	import json
	o = json.load(open("r/result.json"))
	reps = {c["case"]: c["reps"] for c in o["cases"]}
	blocks = {case: {r["block"] for r in v} for case, v in reps.items()}
	# The new blocks are other ones, of both cases together, and clock is nobody's.
	assert blocks["null"] and blocks["null"] <= blocks["getpid"], blocks
	old = blocks["getpid"] - blocks["null"] | blocks["clock"]
	assert old and max(old) < min(blocks["null"]), blocks
	PY
}

@test "what stays undecided is told, and what it would need" {
	{
		claim near '[getpid] / [getpid] > 1'
		claim sure '[getpid] > 1 ns'
		claim program '[pool/how=threads] / [getpid] > 1'
	} >c.claims
	run "$LWPBENCH" run -q -s ./c.claims --budget 30s -o r
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"more time would hardly do: near"* ]]
	[[ $output == *"not to be had ("*"): program"* ]]
	[[ $output == *"\`lwpbench apps RESULT\` times: pool"* ]]
	[[ $output == *"1 holds, 0 do not hold, 2 undecided"* ]]
}

@test "wrong use of a run about claims is one line and status 2" {
	claim typo '[frok] > 1 ns' >typo.claims
	claim size '[fork/pages=many] > 1 ns' >size.claims
	claim call '[getpid] / [null] > 1' >c.claims
	for args in "-s ./typo.claims" "-s ./size.claims" "-s ./nowhere.claims" "-s ./c.claims -b fork" \
		"-s ./c.claims --passes time" "-s ./c.claims --events none" "-s ./c.claims --precision 1%" \
		"--resume r -s quick"; do
		# shellcheck disable=SC2086
		run "$LWPBENCH" run $args
		echo "$args: $status: $output"
		[ "$status" -eq 2 ]
		[ "${#lines[@]}" -eq 1 ]
		[ ! -e results ]
	done
	run "$LWPBENCH" run -s ./typo.claims
	[[ $output == *"typo.claims:1: "*frok* ]]
}
