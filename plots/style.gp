# SPDX-License-Identifier: GPL-3.0-or-later
# The shared frame and colours; loads one picture's template, which draws its data.
#
#   gnuplot -d -c style.gp TEMPLATE svg|png DATA OUT TITLE MACHINE WHEN
#
# Text from outside comes only as values of strings and as fields of DATA, and is drawn with
# `noenhanced`: nothing of it is ever evaluated.

beside = ARG0[1:strlen(ARG0) - strlen("style.gp")]
template = ARG1; format = ARG2; data = ARG3; out = ARG4
heading = ARG5; machine = ARG6; when = ARG7

set encoding utf8
set datafile separator "\t"

# Okabe & Ito 2008, with grey and wine for their yellow, which is lost on white, and their
# black, which is for floors.
array colour[8] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", \
                   "#e69f00", "#56b4e9", "#999999", "#882255"]
array mark[8] = [7, 5, 9, 13, 11, 15, 7, 5]
array dashes[8] = [1, 1, 1, 1, 2, 2, 2, 2]
black = "#000000"; ink = "#222222"; faint = "#666666"; ruled = "#dddddd"; paper = "#ffffff"
face = "DejaVu Sans,Verdana,sans-serif"

# Layout in pixels; letter: the mean width of one in the labels.
width = 960.; height = 540.; top = 84.; bottom = 58.; letter = 8.2; line_height = 24.

shade(i) = colour[1 + (i % 8)]
shape(i) = mark[1 + (i % 8)]
hollow(i) = shape(i) - 1
dash(i) = dashes[1 + (i % 8)]
cut(s, n) = strlen(s) > n ? s[1:n - 1] . "…" : s
max(a, b) = b > a ? b : a
min(a, b) = b < a ? b : a
time_text(ns) = ns < 1e3 ? sprintf("%g ns", ns) : \
                ns < 1e6 ? sprintf("%g µs", ns / 1e3) : \
                ns < 1e9 ? sprintf("%g ms", ns / 1e6) : sprintf("%g s", ns / 1e9)
ratio_text(x) = sprintf("%g×", x)
size_text(b) = b < 2 ** 10 ? sprintf("%g B", b) : \
               b < 2 ** 20 ? sprintf("%g KiB", b / 2. ** 10) : \
               b < 2 ** 30 ? sprintf("%g MiB", b / 2. ** 20) : \
               sprintf("%g GiB", b / 2. ** 30)

# Whether the tic at m * 10**e has a label: 2 and 5 where there is room.
named(m) = m == 1 || (dense && (m == 2 || m == 5))
minor(m) = !named(m)
# The same of the tic at 2 ** e.
doubled(e) = dense || e % 2 == 0
halved(e) = !doubled(e)

# Run by a template, as `eval frame`, once it has set `height`, `left` and `note`.
frame = "\
if (format eq 'png') { \
	set terminal pngcairo noenhanced size width, height font 'sans,9' background paper; \
} else { \
	set terminal svg noenhanced size width, height font face . ',12' background paper; \
}; \
set output out; \
set lmargin at screen left / width; \
set rmargin at screen 1 - 30. / width; \
set tmargin at screen 1 - top / height; \
set bmargin at screen bottom / height; \
small = ',' . (format eq 'png' ? '8' : '11'); \
set label 1 heading at screen 14. / width, screen 1 - 22. / height textcolor rgb ink \
	font ',' . (format eq 'png' ? '12' : '16'); \
set label 2 cut(machine, 140) at screen 14. / width, screen 1 - 44. / height \
	font small textcolor rgb faint; \
set label 3 cut(when . note, 140) at screen 14. / width, screen 1 - 60. / height \
	font small textcolor rgb faint"

# Run by pictures of lines, as `eval y_axis`, once `stats` has made value_min and value_max.
time_axis = "y_unit = 1; \
set logscale y; \
set yrange [value_min / 1.6 : value_max * 1.6]; \
dense = value_max / value_min < 200; \
set ytics (); \
set for [e = 0:11] for [m = 1:9] ytics add \
	(named(m) ? time_text(m * 10. ** e) : '' m * 10. ** e minor(m))"
rate_axis = "y_unit = 1; \
set logscale y 2; \
set yrange [value_min / 1.6 : value_max * 1.6]; \
dense = value_max / value_min < 200; \
set ytics (); \
set for [e = 0:50] ytics add \
	(doubled(e) ? size_text(2. ** e) . '/s' : '' 2. ** e halved(e))"
# From 0 on, or from below where an interval of a difference goes there.
hand_over_axis = "y_unit = 1e3; \
set yrange [min(0, 1.1 * value_min / 1e3) : \
	    max(0, 1.1 * min(upper_max, 1.5 * value_max) / 1e3)]; \
set ytics auto; \
set ylabel (own_max > 0 ? 'µs a hand-over, less the same by one task' : 'µs a hand-over') \
	textcolor rgb ink"

set border 3 linecolor rgb faint
set tics nomirror textcolor rgb ink
set grid xtics linecolor rgb ruled linetype 1 linewidth 0.7
set key noenhanced textcolor rgb ink Left reverse samplen 1.5
legend = "set key at screen 1 - 30. / width, screen 1 - 22. / height right top horizontal"
set errorbars small

load template
