# SPDX-License-Identifier: GPL-3.0-or-later
# A series a panel: the runs as dots, their levels as lines, and what changed where.
# Block 0: run, its day. Others: run, %, level, 1 or -1 where a change begins, its text, ...

days = ""
at = ""
stats data index 0 using (valid(1) && $1 > 0 ? (days = days . strcol(2) . " ", \
      at = at . strcol(1) . " ", $1) : NaN) name "run" nooutput
stats data using (valid(2) ? $2 : NaN) name "value" nooutput
panels = value_blocks - 1
panel = in_text ? 14 * line_height : 150.
between = in_text ? 3 * line_height : 34.
note = "; dots: runs, lines: levels between changes, + is worse, of rates better"
height = top + panels * (panel + between) + bottom - between
left = in_text ? 10 * letter : 70
# As in style.gp, but for pictures of any height.
from_top(y) = 1 - y / height + (in_text ? 0.26 * line_height / height : 0)
eval frame

set xrange [run_min - 0.02 * (run_max - run_min) - 0.5 : run_max + 0.02 * (run_max - run_min) + 0.5]
set ytics format "%g %%"
set grid ytics
worse = colour[2]; better = colour[3]
begun(side) = valid(4) && $4 == side
dot = in_text ? "with points pointtype '·'" : \
	"with points pointtype 7 pointsize 0.35 linecolor rgb colour[6]"
line = in_text ? "with lines linetype 1" : \
	"with lines linewidth 2.5 linecolor rgb colour[1]"

set multiplot
do for [i = 1:panels] {
	y = top + (i - 1) * (panel + between)
	set tmargin at screen from_top(y)
	set bmargin at screen from_top(y + panel)
	set yrange [*:*]
	stats data index i using 2 name "one" nooutput
	spread_y = max(one_max - one_min, 1)
	set yrange [one_min - 0.1 * spread_y : one_max + 0.3 * spread_y]
	text_at = one_max + 0.2 * spread_y
	set xtics ()
	set for [k = 1:words(days)] xtics add ((i == panels ? word(days, k) : "") word(at, k) + 0)
	set key at screen left / width, screen from_top(y - (in_text ? line_height : 12)) \
		left center samplen -1 noenhanced
	plot data index i using 1:(outside) with lines linecolor rgb paper \
	         title columnheader(1), \
	     data index i using (begun(1) || begun(-1) ? $1 - 0.5 : outside):(one_min - 0.1 * spread_y):(0):(1.4 * spread_y) notitle \
	         with vectors nohead dashtype 3 linecolor rgb faint, \
	     data index i using 1:2 notitle @dot, \
	     data index i using 1:3 notitle @line, \
	     data index i using (begun(1) ? $1 : outside):(text_at):(strcol(5)) notitle \
	         with labels left offset 0.3, 0 textcolor rgb worse, \
	     data index i using (begun(-1) ? $1 : outside):(text_at):(strcol(5)) notitle \
	         with labels left offset 0.3, 0 textcolor rgb better
	unset label
}
unset multiplot
