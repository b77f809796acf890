# SPDX-License-Identifier: GPL-3.0-or-later
# Completion for bash. The program is asked for commands, options, suites and benchmarks, so that
# nothing here grows old.
# shellcheck shell=bash

# The names that a part of `lwpbench list` begins its lines with: benchmark, suite, event.
_lwpbench_list() { # PROGRAM PART
	"$1" list 2>/dev/null | awk -v part="$2" 'NF == 0 { on = 0 } on { print $1 } $1 == part { on = 1 }'
}

_lwpbench_commands() { # PROGRAM
	"$1" --help 2>/dev/null | sed -nE 's/^  ([a-z]+) .*/\1/p'
}

_lwpbench_options() { # PROGRAM COMMAND...
	"$@" --help 2>/dev/null | sed -nE 's/^ {2,6}(-., )?(--[a-z][a-z-]*).*/\2/p'
}

# What may follow an option, for those where it is known; status 1: anything, or a file.
_lwpbench_values() { # PROGRAM COMMAND OPTION
	case $2:$3 in
	apps:*) return 1 ;;
	*:-s | *:--suite) _lwpbench_list "$1" suite ;;
	*:-b | *:--bench) _lwpbench_list "$1" benchmark ;;
	run:--events) echo none && _lwpbench_list "$1" event ;;
	run:--passes) printf '%s\n' time phases events ;;
	plot:-f | plot:--format | history:-f | history:--format) printf '%s\n' svg png pdf txt ;;
	plot:-p | plot:--picture) "$1" plot --list 2>/dev/null | awk '{ print $1 }' ;;
	export:--to) "$1" export --to list 2>/dev/null | awk '{ print $1 }' ;;
	*) return 1 ;;
	esac
}

# Folders with a result: those of `results`, and what has been typed.
_lwpbench_results() { # TYPED
	local file
	for file in results/*/result.json "$1"*/result.json; do
		[[ ! -e $file ]] || echo "${file%/result.json}"
	done | sort -u
}

# What stands where no option does.
_lwpbench_arguments() { # COMMAND TYPED
	case $1 in
	sharing) printf '%s\n' fork vfork lwp pthread none ;;
	predict) printf '%s=\n' pages thp shared file maps fds threads procs rate ;;&
	apps | show | verdict | plot | report | predict | attribute | compare | export)
		_lwpbench_results "$2"
		;;
	exact)
		if ((COMP_CWORD == 2)); then
			printf '%s\n' run compare calibrate explain
		else
			_lwpbench_results "$2"
		fi
		;;
	history)
		if ((COMP_CWORD == 2)); then
			printf '%s\n' add check show plot
		else
			_lwpbench_results "$2"
		fi
		;;
	esac
}

_lwpbench() {
	local program=$1 typed=$2 before=$3 command=${COMP_WORDS[1]} words
	# In --suite=quick the sign is a word of its own.
	[[ $typed != '=' ]] || typed=
	[[ $before != '=' ]] || before=${COMP_WORDS[COMP_CWORD - 2]}
	if ((COMP_CWORD == 1)); then
		words="$(_lwpbench_commands "$program") --help --version"
	elif words=$(_lwpbench_values "$program" "$command" "$before"); then
		:
	elif [[ $before == -?* && $typed != -* && $3 == '=' ]]; then
		words= # a value that is not known
	elif [[ $typed == -* ]]; then
		if [[ $command == exact ]] && ((COMP_CWORD > 2)); then
			words=$(_lwpbench_options "$program" exact "${COMP_WORDS[2]}")
		else
			words=$(_lwpbench_options "$program" "$command")
		fi
	else
		words=$(_lwpbench_arguments "$command" "$typed")
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$typed")
	[[ ${COMPREPLY[*]} != *= ]] || compopt -o nospace
}

complete -o default -F _lwpbench lwpbench
