# SPDX-License-Identifier: GPL-3.0-or-later
# Completion for fish: the program is asked, so that nothing here grows old.

function __lwpbench_ask
    set -l words (commandline -opc)
    set -l program $words[1]
    $program $argv 2>/dev/null
end

function __lwpbench_command
    set -l words (commandline -opc)
    echo $words[2]
end

function __lwpbench_list --argument-names part # benchmark, suite, event
    __lwpbench_ask list |
        awk -v part=$part 'NF == 0 { on = 0 } on { print $1 } $1 == part { on = 1 }'
end

function __lwpbench_options
    set -l words (commandline -opc)
    set -l command $words[2]
    # Its options are those of what it is to do.
    test "$command" = exact; and set -q words[3]; and set -a command $words[3]
    __lwpbench_ask $command --help |
        sed -nE 's/^ {2,6}(-., )?(--[a-z][a-z-]*).*/\2/p'
end

function __lwpbench_first
    test (count (commandline -opc)) -eq 1
end

# Whether the command is one of these.
function __lwpbench_in
    contains -- (__lwpbench_command) $argv
end

complete -c lwpbench -n __lwpbench_first -f
complete -c lwpbench -n __lwpbench_first -a "(__lwpbench_ask --help | sed -nE 's/^  ([a-z]+) .*/\1/p')"
complete -c lwpbench -n 'not __lwpbench_first; and string match -q -- "-*" (commandline -ct)' -a '(__lwpbench_options)'
complete -c lwpbench -n '__lwpbench_in run ab selftest exact' -s s -l suite -x -a '(__lwpbench_list suite)'
complete -c lwpbench -n '__lwpbench_in run ab compare selftest history export exact' -s b -l bench -x -a '(__lwpbench_list benchmark)'
complete -c lwpbench -n '__lwpbench_in run' -l events -x -a 'none (__lwpbench_list event)'
complete -c lwpbench -n '__lwpbench_in run' -l passes -x -a 'time phases events'
complete -c lwpbench -n '__lwpbench_in plot history' -s f -l format -x -a 'svg png pdf txt'
complete -c lwpbench -n '__lwpbench_in plot' -s p -l picture -x -a "(__lwpbench_ask plot --list | awk '{ print \$1 }')"
complete -c lwpbench -n '__lwpbench_in export' -l to -x -a "(__lwpbench_ask export --to list | awk '{ print \$1 }')"
complete -c lwpbench -n '__lwpbench_in history; and test (count (commandline -opc)) -eq 2' -f -a 'add check show plot'
complete -c lwpbench -n '__lwpbench_in exact; and test (count (commandline -opc)) -eq 2' -f -a 'run compare calibrate explain'
complete -c lwpbench -n '__lwpbench_in sharing' -f -a 'fork vfork lwp pthread none'
complete -c lwpbench -n '__lwpbench_in predict' -a 'pages= thp= shared= file= maps= fds= threads= procs= rate='
