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
		clang clang-format clang-tidy cppcheck shellcheck musl-gcc qemu-aarch64 qemu-system-aarch64 bwrap setpriv \
		unshare ld.lld llvm-ar gcc gcovr qemu-system-x86_64 xz ar curl; do
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
	rm "$bin"/{musl-gcc,aarch64-linux-gnu-gcc,qemu-aarch64,qemu-system-aarch64,bwrap,ld.lld,llvm-ar}
	deps full
	[ "$status" -eq 0 ]
	asked_for musl-tools gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user qemu-system-arm bubblewrap lld llvm
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

@test "QEMU and what unpacks a kernel are for who asks for exact mode" {
	manager dnf
	deps build bench test check
	[ "$(grep -c qemu "$log")" = 0 ]
	rm -f "$bin"/{qemu-system-x86_64,xz,ar,curl}
	deps exact
	[ "$status" -eq 0 ]
	asked_for qemu-system-x86-core xz binutils curl
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

# scripts/exact on the machine in the folder, with one kernel in the place of those that are pinned:
# a mirror has it, and what curl and apt-get do is written down.
exact_machine() {
	local tool
	for tool in cut mktemp rm mkdir mv ln tail head sed tr paste sha256sum uname readlink dirname sort \
		chmod cp tar; do
		[ -e "$bin/$tool" ] || write $tool "exec $(command -v $tool) \"\$@\""
	done
	write uname 'echo x86_64'
	mirror=$BATS_TEST_TMPDIR/mirror into=$BATS_TEST_TMPDIR/build
	mkdir -p "$mirror/boot" "$BATS_TEST_TMPDIR/scripts"
	echo 'a kernel' >"$mirror/boot/vmlinuz-9.9-test"
	tar -C "$mirror" -cf "$mirror/linux-image-9.9-test_9.9-1_amd64.deb" ./boot
	pin "$(sha256sum <"$mirror/linux-image-9.9-test_9.9-1_amd64.deb" | cut -d' ' -f1)"
	cp "$deps" "$BATS_TEST_TMPDIR/scripts/deps"
	write curl "echo \"curl \$*\" >>'$log'
for a; do case \$a in http://*) url=\$a ;; esac; last=\$file; file=\$a; done
while [ \$# -gt 0 ]; do [ \"\$1\" != -o ] || to=\$2; shift; done
[ -e \"$mirror/\${url##*/}\" ] || { echo 'curl: (22) 404' >&2; exit 22; }
cp \"$mirror/\${url##*/}\" \"\$to\""
	write dpkg-deb 'exec cat "$2"'
	write qemu-system-x86_64 'echo "QEMU emulator version 7.2.22"'
}

pin() { # SHA256
	sed "/^6\\.1\\./d; s/^6\\.12.*/9.9-test linux-signed-test 9.9-1 $1/" \
		"$BATS_TEST_DIRNAME/../scripts/exact" >"$BATS_TEST_TMPDIR/scripts/exact"
}

exact() {
	run env PATH="$bin" O="$into" "$bin/sh" "$BATS_TEST_TMPDIR/scripts/exact" "$@"
}

@test "exact: a kernel that is what was pinned is unpacked, once, and is the one to boot" {
	exact_machine
	DEPS=check exact
	[ "$status" -eq 1 ]
	[ "$output" = 'exact: missing: Linux 9.9-test' ]
	[ ! -e "$into" ]
	exact
	echo "$output"
	[ "$status" -eq 0 ]
	cmp "$mirror/boot/vmlinuz-9.9-test" "$into/exact/kernels/9.9-test/vmlinuz"
	cmp "$mirror/boot/vmlinuz-9.9-test" "$into/exact/kernels/default/vmlinuz"
	[ "$(ls "$into/exact")" = kernels ]
	grep -q 'http://deb.debian.org/debian-security/pool/updates/main/l/linux-signed-test/' "$log"
	: >"$log"
	exact
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ ! -s "$log" ]
	# Pinned anew, the same release is another kernel.
	echo 'another kernel' >"$mirror/boot/vmlinuz-9.9-test"
	tar -C "$mirror" -cf "$mirror/linux-image-9.9-test_9.9-1_amd64.deb" ./boot
	pin "$(sha256sum <"$mirror/linux-image-9.9-test_9.9-1_amd64.deb" | cut -d' ' -f1)"
	exact
	[ "$status" -eq 0 ]
	grep -q another "$into/exact/kernels/9.9-test/vmlinuz"
}

@test "exact: a package that is not what was pinned is not kept" {
	exact_machine
	echo more >>"$mirror/linux-image-9.9-test_9.9-1_amd64.deb"
	exact
	[ "$status" -eq 1 ]
	[[ $output == *'is not what was pinned: its SHA-256 is '* ]]
	[ -z "$(ls "$into/exact/kernels")" ]
	[ "$(ls "$into/exact")" = kernels ]
}

@test "exact: a kernel that the mirror has no longer: which there are, and what to do" {
	exact_machine
	rm "$mirror"/*.deb
	write apt-cache 'printf "linux-image-%s\n" 9.10-cloud-amd64 9.8-cloud-amd64 9.10-rt-amd64'
	exact
	[ "$status" -eq 1 ]
	last=${output##*$'\n'}
	[[ $last == *'has no linux-image-9.9-test_9.9-1_amd64.deb (curl: (22) 404)'* ]]
	[[ $last == *'apt knows 9.8-cloud-amd64 9.10-cloud-amd64:'* ]]
	[[ $last == *'table of scripts/exact'*--kernel* ]]
	grep -q /debian/pool/main/ "$log"
}

@test "exact: QEMU by apt-get, without root and without a lock, or by hand" {
	exact_machine
	write qemu-system-x86_64 'echo "QEMU emulator version 6.2.0"'
	mkdir -p "$mirror/qemu/usr/bin"
	printf '#!%s\necho "QEMU emulator version 8.0.1"\n' "$sh" >"$mirror/qemu/usr/bin/qemu-system-x86_64"
	chmod +x "$mirror/qemu/usr/bin/qemu-system-x86_64"
	tar -C "$mirror/qemu" -cf "$mirror/qemu-system-x86_8.deb" ./usr
	echo 'not for us' >"$mirror/libc6_2.deb"
	write apt-get "echo \"apt-get \$*\" >>'$log'
for a; do case \$a in Dir::Cache=*) cp '$mirror'/[ql]*6*.deb \"\${a#*=}/archives\" ;; esac; done"
	exact
	echo "$output"
	[ "$status" -eq 0 ]
	grep -q 'apt-get .*Debug::NoLocking=1 .*install --download-only qemu-system-x86' "$log"
	[ "$("$into/exact/qemu/qemu-system-x86_64" --version)" = 'QEMU emulator version 8.0.1' ]
	# Another manager installs it, or says what root has to.
	rm -r "$into" "$bin/apt-get"
	write dnf "echo \"dnf \$*\" >>'$log'"
	write id 'echo 1000'
	rm "$bin/qemu-system-x86_64"
	exact
	[ "$status" -eq 1 ]
	[[ $output == *'as root, install with dnf: qemu-system-x86-core'* ]]
}

@test "exact: a kernel that is not pinned, and DEPS" {
	exact_machine
	exact 1.0
	[ "$status" -eq 2 ]
	[[ $output == *"no kernel '1.0' is pinned; there are 9.9-test"* ]]
	DEPS=no exact
	[ "$status" -eq 0 ]
	[ ! -e "$into" ]
}
