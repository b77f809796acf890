# SPDX-License-Identifier: GPL-3.0-or-later
# Length of every C function, as "lines file:line name": from the line of its opening brace in
# column 0 to that of its closing one. Braces inside never stand in column 0 in this style.

FNR == 1 {
	open = 0
}

# The header can stretch over lines: it begins at the last line that starts in column 0.
!open && /^[a-z_].*\(/ && !/[;{]$/ {
	name = $0
	sub(/\(.*/, "", name)
	sub(/.*[ *]/, "", name)
}

/^{/ {
	open = FNR
}

/^}$/ && open {
	printf "%d %s:%d %s\n", FNR - open + 1, FILENAME, open, name
	open = 0
}
