#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A short stay of the driver wherever it is called: tests/visit.sh LWPBENCH [OPTION]...
#
# The doctor, the list, a run (that the options are for) and its table. Each case is measured or
# skipped with a reason, and nothing is left behind. Says why each case was skipped, and counts.
set -u
lwpbench=$(realpath "$1")
shift

# Where results may be kept, whatever is wrong with TMPDIR.
folder=$(env -u TMPDIR mktemp -d) || exit
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit

fail() {
	echo "visit: $*"
	exit 1
}

# Its status is 0 if it is among those that are right, and what it said is in `said`.
ask() { # STATUSES COMMAND...
	local right=$1 status
	shift
	"$lwpbench" "$@" >said 2>&1
	status=$?
	[[ " $right " == *" $status "* ]] || {
		cat said
		fail "lwpbench $1: status $status"
	}
	[ -s said ] || [ "$1" = run ] || fail "lwpbench $1 says nothing"
}

ask '0 1' doctor
grep -E '^ *(cannot|could not)' said
ask 0 list -v
ask 0 list --json
benches=()
for bench in getpid fork vfork_exec posix_spawn pthread_create clone3 fork_cgroup switch_pipe \
	msg_mq msg_fifo bw_vm lock_mutex; do
	benches+=(-b "$bench")
done
ask 0 run -q "${benches[@]}" --passes time --budget 5s -o r "$@"
cat said
# What a busy machine has not come to, it goes on with.
for _ in {1..9}; do
	grep -q '"pending"' r/result.json || break
	ask 0 run -q --budget 5s --resume r "$@"
done
ask 0 run -q -b getpid --passes time,events --budget 1s -o counted "$@"
/usr/bin/python3 - r/result.json counted/result.json <<'PY' || fail 'a case has failed'
import json, sys

result = json.load(open(sys.argv[1]))
cases = result["cases"]
count = {"ok": 0, "skipped": 0}
for case in cases:
    status, reason = case["status"], case["reason"]
    if status == "ok" and case["reps"] or status == "skipped" and reason:
        count[status] += 1
        if reason:
            print(f"{case['case']}: skipped: {reason}")
    else:
        print(f"{case['case']}: {status}: {reason}")
for counter in json.load(open(sys.argv[2]))["cases"][0]["events"]["counters"]:
    print(f"{counter['name']}: {counter['reason'] or 'counted'}")
for warning in result["warnings"]:
    print(f"warning: {warning}")
print(f"{count['ok']} measured, {count['skipped']} skipped")
sys.exit(sum(count.values()) < len(cases) or not count["ok"])
PY
ask 0 show r
ask 0 export --to csv r
rm -rf r counted said
[ -z "$(ls -A)" ] || fail "left behind: $(ls -A)"
