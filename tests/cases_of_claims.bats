#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The claims that come with lwpbench speak of what there is: cases, gauges and phases.

bats_require_minimum_version 1.5.0

setup() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	BENCHES=${BENCHES:-$PWD/build/benches}
	APPS=$(dirname "$LWPBENCH")/apps
	CLAIMS=$BATS_TEST_DIRNAME/../harness/claims
	SUITES=$BATS_TEST_DIRNAME/../harness/suites
}

# Python over the claims' terms: terms(FILE...) are (case, gauge, phase), lists multiplied out;
# describe(case) is what its benchmark says of it, asked once; apps are the whole programs' cases.
terms() { # PROGRAM ARGUMENT...
	BENCHES=$BENCHES APPS=$APPS /usr/bin/python3 -c '
import functools, itertools, os, re, subprocess, sys

def terms(*files):
    for file in files:
        text = "".join(line for line in open(file) if not line.startswith("#"))
        for inside, gauge, phase in re.findall(r"\[([a-z][^]]*)\](?:\.(\w+))?(?:@(\w+))?", text):
            bench, *params = inside.split("/")
            for case in multiply(bench, params):
                yield case, gauge, phase

def multiply(bench, params):
    lists = [[p.partition("=")[0] + "=" + v for v in p.partition("=")[2].split(",")] for p in params]
    return ["/".join((bench,) + choice) for choice in itertools.product(*lists)]

@functools.lru_cache(None)
def describe(case):
    bench, *params = case.split("/")
    done = subprocess.run([os.environ["BENCHES"] + "/" + bench, "--describe", *params],
        capture_output=True, text=True)
    assert done.returncode == 0, (case, done.stderr)
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    return {"case": [r[1] for r in rows if r[0] == "case"][0],
        "gauges": [r[1] for r in rows if r[0] == "gauge"],
        "phases": [r[1] for r in rows if r[0] == "phase"]}

folder = os.environ["APPS"]
apps = {"/".join([name] + line.split("\t")[0].split())
    for name in os.listdir(folder) if os.access(os.path.join(folder, name), os.X_OK)
    for line in subprocess.run([os.path.join(folder, name), "--list"],
        capture_output=True, text=True).stdout.splitlines()}
'"$1" "${@:2}"
}

@test "every file of claims is read, and nothing is said twice" {
	cd "$BATS_TEST_TMPDIR" || exit
	"$LWPBENCH" run -q --passes time --budget 1s -b null -o r
	run -77 --separate-stderr "$LWPBENCH" verdict --json r
	[ -z "$stderr" ]
	[ "$(grep -ho '^claim .*' "$CLAIMS"/*.claims | sort -u | wc -l)" \
		= "$(grep -c '' <(grep -ho '^claim .*' "$CLAIMS"/*.claims))" ]
	for id in $(sed -n 's/^claim //p' "$CLAIMS"/*.claims); do
		echo "$id"
		[[ $output == *"\"$id\""* ]]
	done
}

@test "claims speak of cases, gauges and phases that there are, as list and show print them" {
	terms '
for case, gauge, phase in terms(*sys.argv[1:]):
    if case in apps:
        continue
    told = describe(case)
    bare = "/".join(p for p in case.split("/") if not p.endswith("=0"))
    assert told["case"] == bare, (case, told["case"])
    assert not gauge or gauge in told["gauges"], (case, gauge)
    assert not phase or phase in told["phases"], (case, phase)
' "$CLAIMS"/*.claims
}

@test "the default suite and the whole programs have every case of the article's claims" {
	terms '
article = {(c, c.split("/")[0]) for c, _, _ in terms(sys.argv[1]) if c not in apps}
suite = set()
for line in open(sys.argv[2]):
    words = line.split("#")[0].split()
    if words and words[0] in {bench for _, bench in article}:
        suite |= {describe(case)["case"] for case in multiply(words[0], words[1:])}
lacks = sorted(c for c, _ in article if describe(c)["case"] not in suite)
assert not lacks, lacks
' "$CLAIMS/article.claims" "$SUITES/default.suite"
}
