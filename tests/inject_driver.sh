#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes every system call of the driver fail, by strace's injection, while it measures and while it
# reads: tests/inject_driver.sh [LWPBENCH]
#
# A line for each call and way to fail. Whatever fails: a whole result or none, no process, no file
# that is not the result's; where the status says so, a line that says why. What is otherwise is marked
# with a !, and ends this with status 1.
set -uo pipefail
lwpbench=$(realpath "${1:-build/lwpbench}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit
declare -A counts
odd=0

run=("$lwpbench" run -q -b getpid --budget 0.15s --passes time --seed 1 -o out)
"${run[@]}" >/dev/null 2>&1 || exit
mv out good

# What a status may be without an explanation: 0.
judge() { # STATUS
	local status=$1 left
	if ((status == 124 || status == 137)); then
		echo '! hung'
	elif ((status >= 128 && status != 130 && status != 143)); then
		echo "! died of signal $((status - 128))"
	elif [[ -e out/result.json ]] && ! "$lwpbench" show --json out >/dev/null 2>&1; then
		echo '! half a result'
	elif left=$(find . -newer mark -name '*.tmp*' | head -n 1) && [[ -n $left ]]; then
		echo "! left $left"
	elif pgrep -f "benches/getpid --job" >/dev/null; then
		echo '! left a process'
	elif ((status == 0)); then
		echo 'went on'
	elif [[ ! -s said ]]; then
		echo "! status $status without a word"
	else
		echo 'told'
	fi
}

try() { # CALL WHEN ERROR COMMAND...
	local call=$1 when=$2 error=$3 verdict status
	shift 3
	rm -rf out said
	touch mark
	timeout -k 1 10 strace -qq -o /dev/null -e "trace=$call" -e "inject=$call:error=$error:when=$when" \
		"$@" >shown 2>said </dev/null
	status=$?
	verdict=$(judge $status)
	counts[${verdict%% left *}]=$((${counts[${verdict%% left *}]:-0} + 1))
	[[ $verdict != !* ]] || odd=1
	printf '%-18s %-5s %-7s %3d %s: %s\n' "$call" "$when" "$error" $status "$verdict" "$(head -n 1 said)"
}

# "CALL NUMBER" a line.
calls() { # COMMAND...
	rm -rf out
	strace -qq -c -o table "$@" >/dev/null 2>&1
	awk 'NF >= 5 && $1 ~ /^[0-9.]+$/ && $NF != "total" { print $NF, $4 }' table
}

sweep() { # COMMAND...
	local call n error
	while read -r call n; do
		# These cannot fail, says the manual of each; or end strace itself.
		case $call in
		execve | exit_group | rt_sig* | getpid | getppid | get*id | brk | arch_prctl) continue ;;
		esac
		for error in ENOMEM EMFILE EPERM ENOSPC; do
			try "$call" $((n / 2 + 1))+ $error "$@"
		done
		try "$call" $((n / 2 + 1)) EINTR "$@"
		try "$call" 1+ ENOSYS "$@"
	done < <(calls "$@")
}

sweep "${run[@]}"
sweep "$lwpbench" show good
for verdict in "${!counts[@]}"; do
	printf '%6d %s\n' "${counts[$verdict]}" "$verdict"
done | LC_ALL=C sort -k2
exit $odd
