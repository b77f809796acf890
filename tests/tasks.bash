# SPDX-License-Identifier: GPL-3.0-or-later
# What several bats files want of processes. Cheap, since loops call it many times: `run` and pgrep
# cost more than most benchmarks.
# shellcheck shell=bash

# Ends well and says nothing.
silent() { # COMMAND...
	local said status=0
	said=$("$@" 2>&1) || status=$?
	[[ $status -eq 0 && -z $said ]] || {
		echo "$*: status $status: $said"
		return 1
	}
}

# The children of a process, into the array `kids`.
find_kids() { # PID
	kids=()
	if [ -e "/proc/$$/task/$$/children" ]; then
		{ read -ra kids <"/proc/$1/task/$1/children"; } 2>/dev/null || true
	else
		mapfile -t kids < <(pgrep -P "$1")
	fi
}

# Waits until the process has children; they are printed.
children() { # PID
	local tries=0 kids=()
	until ((${#kids[@]})); do
		((++tries < 1000)) || return 1
		find_kids "$1"
		((${#kids[@]})) || sleep 0.01
	done
	printf '%s\n' "${kids[@]}"
}

# Waits until no process matches.
gone() { # PATTERN
	local tries=0
	while pgrep -f "$1" >/dev/null; do
		((++tries < 200)) || return 1
		sleep 0.01
	done
}

# The control groups that benchmarks made.
cgroups() {
	find /sys/fs/cgroup -type d -name 'lwpbench-*' | sort
}

# Whether all are gone again but those that there were before, with patience: a test in the other
# lane may be making its own.
cgroups_gone() { # BEFORE
	local tries=0
	until [ -z "$(comm -13 <(echo "$1") <(cgroups))" ]; do
		((++tries < 200)) || return 1
		sleep 0.05
	done
}
