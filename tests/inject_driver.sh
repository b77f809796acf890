#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes every system call of the driver fail, by strace's injection, while it measures and while it
# reads: tests/inject_driver.sh [-j N] [LWPBENCH [COMMAND]...]
#
# A line for each call and way to fail. Whatever fails: a whole result or none, no process, no file
# that is not the result's; where the status says so, a line that says why. What is otherwise is marked
# with a !, and ends this with status 1.
set -uo pipefail
jobs=$(nproc)
[[ ${1:-} != -j ]] || { jobs=$2; shift 2; }
lwpbench=$(realpath "${1:-build/lwpbench}")
(($#)) && shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit

# A copy, so that its processes are known by their path.
mkdir -p bin/benches bin/plots
cp "$lwpbench" bin/
cp "$(dirname "$lwpbench")/benches/getpid" bin/benches/
cp "$(dirname "$lwpbench")"/plots/* bin/plots/ || exit
lwpbench=$work/bin/lwpbench
declare -A commands=(
	[run]="run -q -b getpid --budget 0.15s --passes time --seed 1 -o out"
	[ab]="ab -q -b getpid --a= --b= --budget 0.3s --seed 1"
	[show]="show good"
	[compare]="compare good good"
	[history]="history add series good"
	[export]="export --to=csv -o out.csv good"
	[report]="report -o out.html good"
	[plot]="plot -f svg -p creation -o out good"
)

# A moment is given to who is just ending.
is_left() {
	local i
	for ((i = 0; i < 5; i++)); do
		pgrep -f "$lwpbench run|$work/$name/bin/benches/[g]etpid" >/dev/null || return
		sleep 0.1
	done
}

# What a status may be without an explanation: 0, and 1 or 77 of a comparison, which print theirs.
judge() { # STATUS
	local status=$1 left
	if ((status == 124 || status == 137)); then
		echo '! hung'
	elif ((status >= 128 && status != 130 && status != 143)); then
		echo "! died of signal $((status - 128))"
	elif [[ -e out/result.json ]] && ! "$lwpbench" show --json out >/dev/null 2>&1; then
		echo '! half a result'
	elif left=$(find . -newer mark \( -name '*.tmp*' -o -name '*.new*' \) | head -n 1) && [[ -n $left ]]; then
		echo "! left $left"
	elif is_left; then
		echo '! left a process'
	elif ((status == 0)); then
		echo 'went on'
	elif [[ ! -s said && ! -s shown && $call != write ]]; then # which words need, too
		echo "! status $status without a word"
	else
		echo 'told'
	fi
}

try() { # CALL WHEN ERROR COMMAND...
	local call=$1 when=$2 error=$3 verdict status
	shift 3
	rm -rf out out.* series said shown
	touch mark
	timeout -k 1 60 strace -qq -o /dev/null -e "trace=$call" -e "inject=$call:error=$error:when=$when" \
		"$@" >shown 2>said </dev/null
	status=$?
	verdict=$(judge $status)
	printf '%-8s %-18s %-5s %-7s %3d %s: %s\n' "$name" "$call" "$when" "$error" $status "$verdict" \
		"$(head -n 1 said)"
}

# "CALL NUMBER" a line.
calls() { # COMMAND...
	rm -rf out out.* series
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
		for error in ENOMEM EMFILE EPERM ENOSPC EIO; do
			try "$call" $((n / 2 + 1))+ $error "$@"
		done
		try "$call" $((n / 2 + 1)) EINTR "$@"
		# The first of these are made before there is a driver, by what loads its libraries.
		[[ $call == mmap ]] || try "$call" 1+ ENOSYS "$@"
	done < <(calls "$@")
}

# A folder of its own for each command.
start() { # NAME
	local name=$1 words
	mkdir "$work/$name" && cd "$work/$name" && cp -r ../good ../bin . || exit
	lwpbench=$work/$name/bin/lwpbench
	read -ra words <<<"${commands[$name]}"
	sweep "$lwpbench" "${words[@]}"
}

"$lwpbench" run -q -b getpid --budget 0.15s --passes time --seed 1 -o good >/dev/null || exit
names=("$@")
((${#names[@]})) || names=(run ab show compare history export report plot)
for name in "${names[@]}"; do
	if [[ -z ${commands[$name]:-} ]]; then
		echo "inject_driver: no command $name" >&2
		exit 2
	fi
	while (($(jobs -rp | wc -l) >= jobs)); do
		wait -n
	done
	start "$name" | tee "$work/$name.log" &
done
wait

# Outcomes by error.
cat "$work"/*.log | awk '
	{ what = $0
	  for (i = 0; i < 5; i++) sub(/^[^ ]+ +/, "", what)
	  sub(/ left .*/, " left", what); sub(/:.*/, "", what)
	  n[what]++; by[what, $4]++ }
	END {
		split("EAGAIN ENOMEM EMFILE ENOSPC EPERM ENOSYS EINTR EIO", errors, " ")
		printf "\n%-28s", ""
		for (i = 1; i <= 8; i++) printf " %7s", errors[i]
		printf " %7s\n", "all"
		for (what in n) {
			printf "%-28s", what
			for (i = 1; i <= 8; i++) printf " %7d", by[what, errors[i]]
			printf " %7d\n", n[what]
			odd += what ~ /^!/
		}
		exit (odd > 0)
	}'
