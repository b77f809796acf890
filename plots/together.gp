# SPDX-License-Identifier: GPL-3.0-or-later
# What tasks get done together against how many they are, log-log; dotted: as many times what
# the first of a line gets done.

x_text(x) = sprintf("%g", x)
nothing = "none"
note = "; dot: median over reps, bar: 95 % interval, dotted: each task as fast as one alone"
set xlabel "tasks at work, log scale" textcolor rgb ink
y_title = "operations a second by all tasks, log scale"
count_text(x) = x < 1e3 ? sprintf("%g", x) : \
                x < 1e6 ? sprintf("%g k", x / 1e3) : sprintf("%g M", x / 1e6)
# The first of these is done before there is a range, which would hide numbers from `stats`.
y_axis = "do for [i = 1:lines] { \
	stats data index i - 1 using 1 name 'one' nooutput; \
	stats data index i - 1 using ($1 == one_min ? $2 : NaN) name 'first' nooutput; \
	times = min(one_max / one_min, value_max * 1.5 / first_min); \
	set arrow from one_min, first_min to one_min * times, first_min * times \
		nohead back linewidth 1 dashtype 3 linecolor rgb shade(hue[i]) \
}; \
y_unit = 1; \
set logscale y; \
set yrange [value_min / 1.6 : value_max * 1.6]; \
dense = value_max / value_min < 200; \
set ytics (); \
set for [e = 0:11] for [m = 1:9] ytics add \
	(named(m) ? count_text(m * 10. ** e) : '' m * 10. ** e minor(m))"
load beside . "lines.gp"
