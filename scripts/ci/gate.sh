#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Fails when a cost has changed, and only then; leaves for people and machines why.
set -u

usage() {
	cat <<'USAGE'
Usage: gate.sh [-o FOLDER] [-u STATUS] COMMAND ARGUMENT...

  gate.sh ab --a 'env NAME=VALUE' -b fork      two arms in turns: `lwpbench ab ARGUMENT...`
  gate.sh compare BASE... -- NEW...            results of other times: `lwpbench compare ARGUMENT...`
  gate.sh history FOLDER RESULT...             adds results to a series, and checks it: what follows
                                               a -- are options of `lwpbench history check`
  gate.sh exact --b-kernel IMAGE -b fork       instructions, counted in a guest, without noise:
                                               `lwpbench exact compare ARGUMENT...`

  -o FOLDER   where to leave what was found out, whatever it is (gate): answers.md for a comment,
              junit.xml, answers.json, table.txt, log.txt; results of `ab`, their pictures and pages
  -u STATUS   what to end with when nothing could be answered (0, with a warning)

Status: 0 nothing regressed; 1 something did, or fails now; else there was no comparison: 2 wrong
use, 3 could not measure (of exact also wrong use), 128 + N ended by signal N. $LWPBENCH is the
program, if it is not built beside this script and not in PATH.
USAGE
}

say() {
	echo "gate: $*" >&2
}

# As GitHub shows it beside the job, too.
announce() { # error|warning TEXT
	[ -z "${GITHUB_ACTIONS:-}" ] || echo "::$1 title=lwpbench::$2"
	say "$2"
}

find_program() {
	if [ -n "${LWPBENCH:-}" ]; then
		echo "$LWPBENCH"
		return
	fi
	for program in "$(dirname "$0")/../../build/lwpbench" "$(command -v lwpbench)"; do
		if [ -x "$program" ]; then
			echo "$program"
			return
		fi
	done
}

# Runs lwpbench so that a signal to stop reaches it, and what it has by then is kept. Its standard
# output goes to the file $1, what it has to say to log.txt, and both to our own.
measure() {
	file=$1
	shift
	"$lwpbench" "$@" >"$file" 2>>"$out/log.txt" &
	pid=$!
	trap 'kill -TERM "$pid" 2>/dev/null' HUP INT TERM
	wait "$pid"
	status=$?
	# A signal ended the waiting, not yet what was waited for.
	while kill -0 "$pid" 2>/dev/null; do
		wait "$pid"
		status=$?
	done
	trap - HUP INT TERM
	# What was not to be read has no answers.
	[ -s "$file" ] || rm -f "$file"
	return "$status"
}

# Pictures and a page of each result; without gnuplot there are none, and that is no failure.
draw() { # RESULT...
	for result in "$@"; do
		[ -e "$result/result.json" ] || continue
		"$lwpbench" plot "$result" >/dev/null 2>>"$out/log.txt" || say "no pictures of $result"
		"$lwpbench" report "$result" >/dev/null 2>>"$out/log.txt" || say "no page of $result"
	done
}

gate_ab() {
	measure "$out/table.txt" ab -q -o "$out" --junit "$out/junit.xml" --markdown "$out/answers.md" "$@"
	status=$?
	draw "$out/a" "$out/b"
	return "$status"
}

gate_compare() {
	measure "$out/answers.json" compare --json --junit "$out/junit.xml" --markdown "$out/answers.md" "$@"
	status=$?
	# The same again, as a table.
	[ ! -e "$out/answers.json" ] || "$lwpbench" compare "$@" >"$out/table.txt" 2>/dev/null
	return "$status"
}

# Adds the first N of what is given to the history.
add_history() { # N RESULT...
	left=$1 others=$(($# - 1 - $1))
	shift
	while [ "$left" -gt 0 ]; do
		set -- "$@" "$1"
		shift
		left=$((left - 1))
	done
	shift "$others"
	measure "$out/added.txt" history add "$folder" "$@"
}

gate_history() { # FOLDER RESULT... [-- OPTION...]
	folder=$1 parted=0
	shift
	for argument; do
		[ "$argument" != -- ] || break
		parted=$((parted + 1))
	done
	[ "$parted" -eq 0 ] || add_history "$parted" "$@" || return
	shift "$parted"
	[ $# -eq 0 ] || shift
	measure "$out/answers.json" history check --json --junit "$out/junit.xml" --markdown "$out/answers.md" \
		"$@" "$folder"
	status=$?
	[ ! -e "$out/answers.json" ] || "$lwpbench" history check "$@" "$folder" >"$out/table.txt" 2>/dev/null
	"$lwpbench" history plot -o "$out" "$folder" >/dev/null 2>>"$out/log.txt" || say "no pictures of $folder"
	return "$status"
}

# All that is no answer is 125 there, for git bisect: here what could not be counted, and so has no
# answers, is a failure.
gate_exact() {
	measure "$out/table.txt" exact compare --json "$out/answers.json" --markdown "$out/answers.md" "$@"
	status=$?
	if [ "$status" -eq 125 ]; then
		status=3
		[ ! -s "$out/answers.json" ] || status=77
	fi
	return "$status"
}

main() {
	out=gate undecided=0
	while getopts o:u:h option; do
		case $option in
		o) out=$OPTARG ;;
		u) undecided=$OPTARG ;;
		h)
			usage
			exit 0
			;;
		*)
			usage >&2
			exit 2
			;;
		esac
	done
	shift $((OPTIND - 1))
	case ${1:-}:$# in
	ab:1 | compare:1 | history:1 | exact:1 | :*)
		usage >&2
		exit 2
		;;
	ab:* | compare:* | history:* | exact:*) ;;
	*)
		say "no such command: $1"
		usage >&2
		exit 2
		;;
	esac
	case $undecided in
	'' | *[!0-9]*)
		say "-u $undecided: want a status, 0 to 255"
		exit 2
		;;
	esac
	lwpbench=$(find_program)
	if [ -z "$lwpbench" ]; then
		say "no lwpbench: run make, or say in LWPBENCH where it is"
		exit 2
	fi
	if [ -s "$out/table.txt" ]; then
		say "$out: there is a comparison already: give another folder by -o"
		exit 2
	fi
	mkdir -p "$out" && : >"$out/log.txt" || exit 2

	command=$1
	shift
	say "$lwpbench $command $*"
	case $command in
	ab) gate_ab "$@" ;;
	compare) gate_compare "$@" ;;
	history) gate_history "$@" ;;
	exact) gate_exact "$@" ;;
	esac
	status=$?
	echo "$status" >"$out/status"
	cat "$out/log.txt" >&2
	[ ! -e "$out/table.txt" ] || cat "$out/table.txt"
	[ -z "${GITHUB_STEP_SUMMARY:-}" ] || [ ! -e "$out/answers.md" ] ||
		cat "$out/answers.md" >>"$GITHUB_STEP_SUMMARY"
	case $status in
	0) ;;
	1) announce error "a cost has risen, or a case fails now: see $out" ;;
	77)
		announce warning "nothing could be answered: give it more time, or more runs"
		status=$undecided
		;;
	*) announce error "there was no comparison: lwpbench $command ended with $status, see $out/log.txt" ;;
	esac
	exit "$status"
}

main "$@"
