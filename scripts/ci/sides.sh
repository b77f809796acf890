#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Checks out two revisions of a repository beside each other and builds each, for `lwpbench ab`.
set -eu

usage() {
	cat <<'USAGE'
Usage: sides.sh [-C REPOSITORY] [-o FOLDER] BASE NEW COMMAND

Runs COMMAND, as a shell does, in FOLDER/base/source and FOLDER/new/source, which are the two
revisions; $SIDE is base or new, and $INTO a folder for what it makes, FOLDER/base/made or
FOLDER/new/made. FOLDER is `sides` unless told. What is there already is built again.
USAGE
}

repository=. folder=sides
while getopts C:o:h option; do
	case $option in
	C) repository=$OPTARG ;;
	o) folder=$OPTARG ;;
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
if [ $# -ne 3 ]; then
	usage >&2
	exit 2
fi
command=$3
for revision in "$1" "$2"; do
	git -C "$repository" rev-parse --quiet --verify "$revision^{commit}" >/dev/null || {
		echo "sides: $revision: no such revision in $repository (a shallow clone lacks old ones)" >&2
		exit 2
	}
done
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

build() { # SIDE REVISION
	source=$folder/$1/source
	commit=$(git -C "$repository" rev-parse "$2^{commit}")
	if git -C "$source" checkout --quiet --force --detach "$commit" 2>/dev/null; then
		: # as of the last time
	else
		rm -rf "$source"
		git -C "$repository" worktree prune
		git -C "$repository" worktree add --quiet --detach "$source" "$commit"
	fi
	mkdir -p "$folder/$1/made"
	echo "sides: $1 is $(git -C "$source" log -1 --format='%h %s')" >&2
	(cd "$source" && SIDE=$1 INTO=$folder/$1/made sh -euc "$command")
}

build base "$1"
build new "$2"
