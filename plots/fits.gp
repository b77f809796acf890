# SPDX-License-Identifier: GPL-3.0-or-later
# Shared by pictures of cost against a weight, log-log: a block of data a line, of which each is
# a dot and its fit is a curve; then a block each for where one line costs twice another.
# Columns: x, value, its interval from and to, line or crossing, colour, the fit's value at 0,
# its slope (both 0: there is none), case. Of a crossing: x, value, x from and to, crossing,
# the cheap line's colour, 0, 0, text.
# A picture sets x_text(x) and nothing (the name of x = 0).

is_line(s) = s eq "line"
stats data using (valid(1) && is_line(strcol(5)) ? $2 : NaN) name "value" nooutput
stats data using (valid(1) && is_line(strcol(5)) && $1 > 0 ? $1 : NaN) name "at" nooutput
stats data using (!valid(1) ? NaN : is_line(strcol(5)) ? 0 : 1) name "crossing" nooutput
crossings = int(crossing_sum)
lines = value_blocks - crossings
array cheap[crossings + 1]
cheap[1] = 0 # looked at even if there is no crossing
do for [i = 1:crossings] {
	stats data index lines + i - 1 using 6 name "one" nooutput
	cheap[i] = int(one_max)
}
if (crossings) { note = note . ", circle: twice the cost" }
array base[lines]
array slope[lines]
array most[lines]
do for [i = 1:lines] {
	stats data index i - 1 using 7 name "one" nooutput
	base[i] = one_max
	stats data index i - 1 using 8 name "one" nooutput
	slope[i] = one_mean
	stats data index i - 1 using 1 name "one" nooutput
	most[i] = one_max
}
# A line without a fit joins its dots.
fitted(i) = base[i + 1] > 0

left = 110
eval frame_lines

# What is 0 has no place on a log axis: it stands left of all others.
least = at_min / 4
x_at(x) = x > 0 ? x : least
stats data using (valid(1) && is_line(strcol(5)) ? x_at($1) : NaN) name "at" nooutput
set logscale x 2
set xrange [at_min / 1.5 : at_max * 1.5]
set xtics ()
if (at_min == least) { set xtics add (nothing least) }
eval x_tics
eval time_axis
eval name_y
set grid xtics ytics
set samples 200

# Left of the least that was measured it is as flat as at 0.
curve(i, x) = fitted(i) && x <= most[i + 1] * 1.0001 && x >= least ? \
	base[i + 1] + slope[i + 1] * x : NaN
joined(i, y) = fitted(i) ? NaN : y
low = value_min / 1.6
twice(i) = shade(cheap[i - lines + 1])
plot for [i = 0:lines - 1] '+' using 1:(curve(i, $1)) \
         with lines linewidth 1.5 linecolor rgb shade(i) notitle, \
     for [i = 0:lines - 1] data index i using (x_at($1)):(joined(i, $2)) \
         with lines linewidth 1.5 dashtype 3 linecolor rgb shade(i) notitle, \
     for [i = 0:lines - 1] data index i using (x_at($1)):2:3:4 \
         with yerrorbars linetype barred pointtype unmarked linewidth 1.5 \
         linecolor rgb shade(i) notitle, \
     for [i = 0:lines - 1] data index i using (x_at($1)):2 \
         with points pointtype shape(i) linecolor rgb shade(i) notitle, \
     for [i = 0:lines - 1] data index i using (x_at($1)):(outside) \
         with linespoints linewidth 1.5 pointtype shape(i) linecolor rgb shade(i) \
         title apart . cut(columnheader(1), most_named), \
     for [i = lines:lines + crossings - 1] data index i using 1:(low):(0):($2 - low) \
         with vectors nohead linetype barred dashtype 2 linewidth 1 \
         linecolor rgb twice(i) notitle, \
     for [i = lines:lines + crossings - 1] data index i using 1:2:3:4 \
         with xerrorbars linetype barred pointtype unmarked linewidth 1.5 \
         linecolor rgb twice(i) notitle, \
     for [i = lines:lines + crossings - 1] data index i using 1:2 \
         with points pointtype hollow(0) pointsize 1.3 linewidth 2 linecolor rgb twice(i) \
         title apart . cut(columnheader(1), most_named)
