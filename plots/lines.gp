# SPDX-License-Identifier: GPL-3.0-or-later
# Shared by pictures of a figure against a number that doubles: a block of data a line.
# Columns: x, value, its interval from and to, own or whole, colour, kind, case.
# A picture sets x_text(x), nothing (the name of x = 0), y_axis (to be evaluated) and note.

stats data using ($1 > 0 ? $1 : NaN) name "at" nooutput
stats data using 2 name "value" nooutput
stats data using (valid(4) ? $4 : $2) name "upper" nooutput
stats data using (valid(1) ? strcol(5) eq "own" : NaN) name "own" nooutput
lines = value_blocks
array hue[lines]
array kind[lines]
do for [i = 1:lines] {
	stats data index i - 1 using 6:7 name "one" nooutput
	hue[i] = int(one_max_x)
	kind[i] = int(one_max_y)
}
# A floor is black, what processes do is drawn through and filled.
tint(i) = hue[i + 1] < 0 ? black : shade(hue[i + 1])
stroke(i) = kind[i + 1] ? 2 : 1
point(i) = hue[i + 1] < 0 ? floor_mark : kind[i + 1] ? hollow(hue[i + 1]) : shape(hue[i + 1])

left = 110
eval frame_lines

# What is 0 has no place on a log axis: it stands left of all others.
least = at_min / 4
x_at(x) = x > 0 ? x : least
stats data using (x_at($1)) name "at" nooutput
set logscale x 2
set xrange [at_min / 1.5 : at_max * 1.5]
set xtics ()
if (at_min == least) { set xtics add (nothing least) }
first = ceil(log(at_min == least ? at_min * 2 : at_min) / log(2) - 0.01)
last = floor(log(at_max) / log(2) + 0.01)
step = max(1, ceil(1. * (last - first) / most_tics))
x_named(e) = (last - e) % step == 0
x_minor(e) = !x_named(e)
set for [e = first:last] xtics add (x_named(e) ? x_text(2. ** e) : "" 2. ** e x_minor(e))
eval y_axis
eval name_y
set grid xtics ytics

plot for [i = 0:lines - 1] data index i using (x_at($1)):($2 / y_unit) \
         with lines linewidth 2 dashtype stroke(i) linecolor rgb tint(i) notitle, \
     for [i = 0:lines - 1] data index i \
         using (x_at($1)):($2 / y_unit):($3 / y_unit):($4 / y_unit) \
         with yerrorbars linetype barred pointtype unmarked linewidth 1.5 \
         linecolor rgb tint(i) notitle, \
     for [i = 0:lines - 1] data index i using (x_at($1)):($2 / y_unit) \
         with points pointtype point(i) linecolor rgb tint(i) notitle, \
     for [i = 0:lines - 1] data index i using (x_at($1)):(outside) \
         with linespoints linewidth 2 dashtype stroke(i) pointtype point(i) \
         linecolor rgb tint(i) title apart . cut(columnheader(1), most_named)
