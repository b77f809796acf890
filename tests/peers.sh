#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Holds our round trips against those of other tools that define them alike, in turns on one CPU:
# switch_pipe against `perf bench sched pipe`, msg_tcp against `qperf tcp_lat`.
#
# Compared is CPU time per round trip, of all tasks, without what starting takes: each program runs
# for long and for short, and the difference is divided by that of their round trips. On one CPU
# one of the two tasks runs at any time, so that this is the time that a round trip takes when
# nobody else wants the CPU. The figures that the tools print are other things: perf's and qperf's
# are means of elapsed time, other work included, perf's also with the making and reaping of its
# tasks; the driver's is a median of short samples. All of that is gone here.
#
# tests/peers.sh [ROUNDS]. $LWPBENCH is the driver. Status 77: neither tool is here.
set -eu -o pipefail
cd "$(dirname "$0")/.."

benches=$(dirname "${LWPBENCH:-build/lwpbench}")/benches
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
rounds=${1:-15} # from 6 on there is a 95 % interval
cpu=$(taskset -cp $$ | sed 's/.*[ ,-]//')
taskset -cp "$cpu" $$ >/dev/null

# Each prints how many round trips it made.
perf_pipe() { # TRIPS [-T]
	perf bench sched pipe -l "$@" >/dev/null
	echo "$1"
}
ours() { # TRIPS BENCH PARAM...
	"$benches/$2" "${@:3}" "$1"
	echo "$1"
}
qperf_tcp() ( # SECONDS; told a number of messages, it does not end
	port=$((20000 + $$ % 10000))
	qperf --listen_port $port >/dev/null &
	trap 'kill $!; wait $! || :' EXIT
	qperf 127.0.0.1 --listen_port $port --wait_server 5 -t "$1" -m 64 -vvs -uu tcp_lat |
		awk '/loc_send_msgs/ { print $3 }' || exit
	# What served the client counts once it is reaped, and so does who reaped it.
	while pgrep -P $! >/dev/null; do
		sleep 0.05
	done
)

# CPU time of what the command starts, and the round trips that it made.
spent() { # COMMAND...
	local TIMEFORMAT='%U %S'
	{ time "$@" >"$folder/trips" 2>"$folder/complaint"; } 2>"$folder/spent" || {
		cat "$folder/complaint" >&2
		return 1
	}
	echo "$(cat "$folder/spent") $(cat "$folder/trips")"
}

# Microseconds of CPU time a round trip.
cost() { # LONG SHORT FUNCTION ARGUMENT...
	{ spent "$3" "$1" "${@:4}"; spent "$3" "$2" "${@:4}"; } | awk '
		{ s[NR] = $1 + $2; n[NR] = $3 }
		END { printf "%.3f\n", 1e6 * (s[1] - s[2]) / (n[1] - n[2]) }'
}

# Of lines that begin with a number.
median() {
	sort -g | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

# The median ratio of pairs "ours theirs", its interval by order statistics (sign test, 95 %), and
# whether it is within 15 %.
judge() { # TITLE
	cat >"$folder/pairs"
	awk '{ print $1 / $2 }' "$folder/pairs" | sort -g | awk -v title="$1" \
		-v a="$(median <"$folder/pairs")" \
		-v b="$(awk '{ print $2 }' "$folder/pairs" | median)" \
		-v middle="$(awk '{ print $1 / $2 }' "$folder/pairs" | median)" '
		{ ratio[NR] = $1 }
		END {
			p = sum = 0.5 ^ NR
			while (sum <= 0.025) {
				p *= (NR - k) / (k + 1)
				sum += p
				k++
			}
			interval = k ? sprintf(" [%.3f, %.3f]", ratio[k], ratio[NR + 1 - k]) : ""
			near = middle >= 0.85 && middle <= 1.15
			printf("%-7s %s: %.3f%s, %d pairs; medians %.2f and %.2f us\n",
				near ? "within" : "outside", title, middle, interval, NR, a, b)
		}'
}

# Round trips that take about a second here.
second() { # BENCH PARAM...
	cost 2000 1 ours "$@" | awk '{ print int(1e6 / ($1 > 1 ? $1 : 1)) }'
}

# Each goes first in every other pair.
compare() { # TITLE "LONG SHORT THEIRS" BENCH PARAM...
	local n a b i theirs
	n=$(second "${@:3}")
	read -ra theirs <<<"${2//TRIPS/$n}"
	for ((i = 0; i < rounds; i++)); do
		if ((i % 2)); then
			b=$(cost "${theirs[@]}") a=$(cost "$n" 1 ours "${@:3}")
		else
			a=$(cost "$n" 1 ours "${@:3}") b=$(cost "${theirs[@]}")
		fi
		echo "$a $b"
	done | judge "$1"
}

{
	if perf bench sched pipe -l 10 >/dev/null 2>&1; then
		compare "switch_pipe / perf bench sched pipe" "TRIPS 1 perf_pipe" \
			switch_pipe task=process
		compare "switch_pipe task=thread / perf bench sched pipe -T" "TRIPS 1 perf_pipe -T" \
			switch_pipe task=thread
	fi
	if command -v qperf >/dev/null; then
		compare "msg_tcp / qperf tcp_lat" "2 1 qperf_tcp" msg_tcp task=process size=64
	fi
} | tee "$folder/verdicts"
[ -s "$folder/verdicts" ] || {
	echo "neither perf bench nor qperf here"
	exit 77
}
! grep -q ^outside "$folder/verdicts" || {
	echo "not all are within 0.85 to 1.15"
	exit 1
}
echo "all are within 0.85 to 1.15"
