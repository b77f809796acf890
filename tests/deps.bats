#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts/deps against package managers that only write down what they were asked for.

# A machine in a folder: only what is written into $bin can be found. The real tools are reached
# through wrappers and not links, so that replacing one can never write to the real file. $store is
# all that any group needs, as far as scripts/deps can see.
setup_file() {
	local bin=$BATS_FILE_TMPDIR/bin tool
	mkdir "$bin" "$BATS_FILE_TMPDIR/store"
	for tool in sh cat grep env; do
		write $tool "exec $(command -v $tool) \"\$@\""
	done
	write id 'echo 0'
	bin=$BATS_FILE_TMPDIR/store
	write cc 'case $* in *-print-file-name=*) echo "/lib/${*#*=}" ;; esac'
	for tool in pkg-config gnuplot hyperfine bats jsonschema rsvg-convert strace pgrep valgrind \
		clang clang-format clang-tidy cppcheck shellcheck musl-gcc qemu-aarch64 bwrap setpriv \
		unshare ld.lld llvm-ar gcc gcovr; do
		write $tool 'exit 0'
	done
	write aarch64-linux-gnu-gcc 'echo "/lib/${*#*=}"'
}

setup() {
	deps=$BATS_TEST_DIRNAME/../scripts/deps
	bin=$BATS_TEST_TMPDIR/bin
	log=$BATS_TEST_TMPDIR/log
	store=$BATS_FILE_TMPDIR/store
	cp -a "$BATS_FILE_TMPDIR/bin" "$bin"
	: >"$log"
	unset DEPS CC
}

sh=$(command -v sh)

write() { # NAME BODY
	rm -f "$bin/$1"
	printf '#!%s\n%s\n' "$sh" "$2" >"$bin/$1"
	chmod +x "$bin/$1"
}

furnish() {
	cp -a "$store/." "$bin"
}

# A manager that logs its arguments, and from then on the machine has everything.
manager() { # NAME
	write "$1" "echo \"$1 \$*\" >>'$log'
case \"\$*\" in *update) ;; *) $(command -v cp) '$store'/* '$bin' ;; esac"
}

deps() {
	run env PATH="$bin" "$bin/sh" "$deps" "$@"
}

# Fails unless the log's last line names each package, whole words only.
asked_for() {
	last=" $(tail -n 1 "$log") "
	for package in "$@"; do
		[[ $last == *" $package "* ]] || { echo "no $package in:$last"; return 1; }
	done
}

@test "apt-get: the index first, then the names of Debian" {
	manager apt-get
	deps build bench test check
	[ "$status" -eq 0 ]
	[ "$(head -n 1 "$log")" = 'apt-get update -q' ]
	[ "$(wc -l <"$log")" -eq 2 ]
	asked_for install -y --no-install-recommends gcc pkg-config libc6-dev libpfm4-dev \
		libhwloc-dev libjansson-dev libgsl-dev gnuplot-nox hyperfine libcmocka-dev bats \
		python3-jsonschema librsvg2-bin strace procps valgrind clang clang-format clang-tidy \
		cppcheck shellcheck gcovr
	[[ $output == *'installing with apt-get: gcc pkg-config'* ]]
}

@test "apt-get asks nothing of the user" {
	manager apt-get
	write env "echo \"env \$*\" >>'$log'; exec $(command -v env) \"\$@\""
	run "$(command -v env)" PATH="$bin" "$bin/sh" "$deps" build
	[ "$status" -eq 0 ]
	grep -q 'env DEBIAN_FRONTEND=noninteractive apt-get install' "$log"
}

@test "dnf: the names of Fedora, with the static libc and the sanitizers" {
	manager dnf
	deps build bench test check
	[ "$status" -eq 0 ]
	asked_for install -y gcc pkgconf-pkg-config glibc-static libpfm-devel hwloc-devel \
		jansson-devel gsl-devel gnuplot hyperfine libcmocka-devel bats librsvg2-tools \
		libasan libubsan clang-tools-extra ShellCheck
}

@test "pacman: the names of Arch" {
	manager pacman
	deps build bench test check
	[ "$status" -eq 0 ]
	asked_for --needed --noconfirm gcc pkgconf libpfm hwloc jansson gsl gnuplot hyperfine \
		cmocka bats python-jsonschema librsvg clang cppcheck shellcheck
}

@test "zypper: the names of openSUSE" {
	manager zypper
	deps build bench test check
	[ "$status" -eq 0 ]
	asked_for --non-interactive install pkgconf-pkg-config glibc-devel-static libpfm-devel \
		hwloc-devel libjansson-devel gsl-devel libcmocka-devel rsvg-convert clang-tools \
		ShellCheck
}

@test "apk: the names of Alpine" {
	manager apk
	deps build bench test check
	[ "$status" -eq 0 ]
	asked_for add pkgconf musl-dev linux-headers argp-standalone libpfm-dev hwloc-dev \
		jansson-dev gsl-dev cmocka-dev py3-jsonschema rsvg-convert clang-extra-tools
}

@test "a package is named once, though several needs ask for it" {
	manager pacman
	deps check test
	[ "$status" -eq 0 ]
	[ "$(grep -ow clang "$log" | wc -l)" -eq 1 ]
}

@test "a group brings its own packages only" {
	manager apt-get
	deps build
	[ "$status" -eq 0 ]
	asked_for libjansson-dev
	! grep -qE 'gnuplot|cmocka|cppcheck' "$log"
}

@test "a browser is for who asks for one, and any chromium will do" {
	manager apt-get
	deps build bench test check
	[ "$status" -eq 0 ]
	[ "$(grep -c chromium "$log")" = 0 ]
	write apt-get "echo \"apt-get \$*\" >>'$log'; : >'$bin/chromium'; $(command -v chmod) +x '$bin/chromium'"
	deps browser
	[ "$status" -eq 0 ]
	asked_for chromium-headless-shell
	: >"$log"
	deps browser
	[ "$status" -eq 0 ]
	[ ! -s "$log" ]
}

@test "other machines and C libraries are for who asks for them" {
	manager apt-get
	deps build bench test check
	[ "$status" -eq 0 ]
	if grep -qE "musl|aarch64|qemu|bubblewrap" "$log"; then false; fi
	rm "$bin"/{musl-gcc,aarch64-linux-gnu-gcc,qemu-aarch64,bwrap,ld.lld,llvm-ar}
	deps full
	[ "$status" -eq 0 ]
	asked_for musl-tools gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user bubblewrap lld llvm
}

@test "a cross compiler without its C library is seen" {
	manager apt-get
	furnish
	write aarch64-linux-gnu-gcc 'echo "${*#*=}"'
	deps full
	[ "$status" -eq 0 ]
	[ "$(tail -n 1 "$log")" = \
		'apt-get install -q -y --no-install-recommends libc6-dev-arm64-cross' ]
}

@test "the default group is build" {
	manager apt-get
	deps
	[ "$status" -eq 0 ]
	asked_for libjansson-dev
	! grep -q gnuplot "$log"
}

@test "only what is missing is installed" {
	manager apt-get
	furnish
	rm "$bin/hyperfine"
	deps build bench
	[ "$status" -eq 0 ]
	[ "$(tail -n 1 "$log")" = \
		'apt-get install -q -y --no-install-recommends hyperfine' ]
}

@test "the static libc alone can be missing" {
	manager dnf
	furnish
	write cc 'case $* in *=libc.a) echo libc.a ;; *=*) echo "/lib/${*#*=}" ;; esac'
	deps build
	[ "$status" -eq 0 ]
	asked_for glibc-static
	! grep -q jansson "$log"
}

@test "a missing header is seen by compiling it" {
	manager apt-get
	furnish
	write cc 'case $* in *=*) echo "/lib/${*#*=}" ;; *-E*) ! grep -q pfmlib.h ;; esac'
	deps build
	[ "$status" -eq 0 ]
	[ "$(tail -n 1 "$log")" = \
		'apt-get install -q -y --no-install-recommends libpfm4-dev' ]
}

@test "nothing is called when all is there" {
	manager apt-get
	furnish
	write sudo "echo sudo >>'$log'"
	deps build bench test check
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ ! -s "$log" ]
}

@test "sudo serves who is not root" {
	manager dnf
	write id 'echo 1000'
	write sudo "echo \"sudo \$*\" >>'$log'; exec \"\$@\""
	deps build
	[ "$status" -eq 0 ]
	[[ $(head -n 1 "$log") == 'sudo dnf install -y '* ]]
}

@test "neither root nor sudo: says what root has to install" {
	manager zypper
	write id 'echo 1000'
	deps bench
	[ "$status" -eq 1 ]
	[[ $output == *'as root, install with zypper: gnuplot hyperfine'* ]]
	[ ! -s "$log" ]
}

@test "DEPS=check tells and installs nothing" {
	manager apk
	DEPS=check deps bench
	[ "$status" -eq 1 ]
	[[ $output == *'missing: gnuplot, hyperfine'* ]]
	[[ $output == *'packages for apk: gnuplot hyperfine'* ]]
	[ ! -s "$log" ]
}

@test "DEPS=check is content when all is there" {
	furnish
	DEPS=check deps build bench test check
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "DEPS=no does nothing" {
	manager apt-get
	DEPS=no deps build bench test check
	[ "$status" -eq 0 ]
	[ ! -s "$log" ]
}

@test "no known package manager: says what is needed" {
	furnish
	rm "$bin/gnuplot"
	deps bench
	[ "$status" -eq 1 ]
	[[ $output == *'missing: gnuplot'* ]]
	[[ $output == *'no package manager known'* ]]
}

@test "a package manager that fails is no success" {
	manager dnf
	write dnf 'exit 3'
	deps bench
	[ "$status" -ne 0 ]
}

@test "what is missing after the installation is named" {
	manager dnf
	write dnf 'exit 0'
	deps bench
	[ "$status" -eq 1 ]
	[[ $output == *'still missing: gnuplot, hyperfine'* ]]
}

@test "wrong use gets one clear line" {
	furnish
	deps everything
	[ "$status" -eq 2 ]
	[[ $output == *"unknown group 'everything'"* ]]
	DEPS=maybe deps build
	[ "$status" -eq 2 ]
	CC=no-such-cc deps build
	[ "$status" -eq 1 ]
	[[ $output == *'CC=no-such-cc does not run'* ]]
}
