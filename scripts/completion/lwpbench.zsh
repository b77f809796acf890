#compdef lwpbench
# SPDX-License-Identifier: GPL-3.0-or-later
# Completion for zsh, installed as _lwpbench: the program is asked, so that nothing here grows old.

_lwpbench_list() { # PART: benchmark, suite, event
	_call_program names $words[1] list 2>/dev/null |
		awk -v part=$1 'NF == 0 { on = 0 } on { print $1 } $1 == part { on = 1 }'
}

_lwpbench() {
	local program=$words[1] command=$words[2] option value
	local -a found asked=($words[2])
	# Its options are those of what it is to do.
	[[ $command != exact || CURRENT -lt 4 ]] || asked+=($words[3])

	if (( CURRENT == 2 )); then
		found=(${(f)"$($program --help 2>/dev/null |
			sed -nE 's/^  ([a-z]+) .*  +(.*)/\1:\2/p')"})
		_describe command found
		return
	fi
	option=$words[CURRENT-1] value=$PREFIX
	if [[ $value == --*=* ]]; then
		option=${value%%=*}
		compset -P '*='
	fi
	case $command:$option in
	(apps:-b|apps:--bench) ;;
	(*:-s|*:--suite) compadd -- ${(f)"$(_lwpbench_list suite)"} || _files ;;
	(*:-b|*:--bench) compadd -- ${(f)"$(_lwpbench_list benchmark)"} ;;
	(run:--events) compadd -- none ${(f)"$(_lwpbench_list event)"} ;;
	(run:--passes) compadd -- time phases events ;;
	((plot|history):(-f|--format)) compadd -- svg png pdf txt ;;
	(plot:-p|plot:--picture)
		compadd -- ${(f)"$($program plot --list 2>/dev/null | awk '{ print $1 }')"} ;;
	(export:--to)
		compadd -- ${(f)"$($program export --to list 2>/dev/null | awk '{ print $1 }')"} ;;
	(*:(-o|--output|--resume|--benches|--?-benches|--kernel|--?-kernel|--qemu|--exact|--programs|--claims|--junit|--markdown)) _files ;;
	(*)
		if [[ $value == -* ]]; then
			compadd -- ${(f)"$($program $asked --help 2>/dev/null |
				sed -nE 's/^ {2,6}(-., )?(--[a-z][a-z-]*).*/\2/p')"}
			return
		fi
		case $command in
		(sharing) compadd -- fork vfork lwp pthread none ;;
		(exact) (( CURRENT > 3 )) || { compadd -- run compare calibrate explain; return } ;;
		(history) (( CURRENT > 3 )) || { compadd -- add check show plot; return } ;;
		(predict) compadd -S '' -- {pages,thp,shared,file,maps,fds,threads,procs,rate}= ;;
		esac
		[[ $command == (sharing|list|run|ab|selftest) ]] || _files ;;
	esac
}

_lwpbench "$@"
