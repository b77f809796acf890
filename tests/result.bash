# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Results written by hand, for bats files that load this one.

# Writes r/result.json: the cases that the Python on the standard input lists by case(), and what it
# sets of warnings, host and run.
write_result() {
	mkdir -p r
	cat - >cases.py
	/usr/bin/python3 - "$BATS_TEST_DIRNAME/../results/schema.json" <<-'PY'
	import json, sys
	import jsonschema

	cases, warnings, host, run = [], [], {"cpu.model": "none"}, {}
	USAGE = dict.fromkeys(("voluntary_switches", "involuntary_switches", "minor_faults",
	    "major_faults", "user_ns", "system_ns"), 0)

	# In block i every sample lasts ns[i], and has these gauges: name, unit, value.
	def case(text, family, ns, task=None, base=None, floor=None, gauges=(), bytes=0, reason=None,
	        note=None, defaults={}):
	    bench, *given = text.split("/")
	    params = {"ws": "0", "switch": "yes", **defaults}
	    if task:
	        params["task"] = task
	    params.update(p.split("=", 1) for p in given if "=" in p)
	    reps = [{"block": i, "order": 0, "cpus": [0], "start_s": 0, "batch": 10, "burst": 1, "bytes": bytes,
	        "interference": {"steal_ms": 0, "other_cpus_busy": 0, "pressure_cpu_ms": 0, "mhz": None,
	            "self": USAGE, "children": USAGE},
	        "samples": [[10 * t] + [v for _, _, v in gauges] if gauges else 10 * t]}
	        for i, t in enumerate(ns)]
	    cases.append({"case": text, "bench": bench, "brief": "", "family": family, "floor": floor, "base": base,
	        "params": params, "unit": "bytes/s" if bytes else "ns/op", "better": "higher" if bytes else "lower",
	        "batch": 10, "status": "failed" if reason else "ok", "reason": reason, "note": note, "tool": None,
	        "gauges": [{"name": n, "unit": u, "brief": "what it is"} for n, u, _ in gauges],
	        "reps": reps, "phases": {"names": [], "reps": []}, "events": {"counters": [], "reps": []}})

	exec(open("cases.py").read())
	result = {"schema": "lwpbench-result/1", "lwpbench": "0",
	    "run": {"started": "2026-01-01T00:00:00Z", "suite": None, "command": "", "seed": 1, "precision": 0.02,
	        "budget_s": 1, "elapsed_s": 1, "limit_s": 1, "passes": 1, "complete": True, "blocks": 1,
	        "clock": {"cost_ns": 1, "step_ns": 1}, **run},
	    "host": host, "warnings": warnings, "cases": cases}
	jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))).validate(result)
	json.dump(result, open("r/result.json", "w"))
	PY
}
