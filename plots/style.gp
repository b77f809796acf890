# SPDX-License-Identifier: GPL-3.0-or-later
# The shared frame and colours; loads one picture's template, which draws its data.
#
#   gnuplot -d -c style.gp TEMPLATE svg|png|pdf|txt DATA OUT TITLE MACHINE WHEN N COLUMNS
#
# N says how many reps the figures rest on, COLUMNS how wide a txt is.
#
# Text from outside comes only as values of strings and as fields of DATA, and is drawn with
# `noenhanced`: nothing of it is ever evaluated.

beside = ARG0[1:strlen(ARG0) - strlen("style.gp")]
template = ARG1; format = ARG2; data = ARG3; out = ARG4
heading = ARG5; machine = ARG6; when = ARG7; resting = ARG8
in_text = format eq "txt"

set encoding utf8
set datafile separator "\t"

terminal = in_text ? "dumb" : format eq "svg" ? "svg" : format . "cairo"
if (!strstrt(GPVAL_TERMINALS . " ", " " . terminal . " ")) {
	exit error "this gnuplot has no terminal " . terminal . ", which draws " . format
}

# Okabe & Ito 2008, with grey and wine for their yellow, which is lost on white, and their
# black, which is for floors.
array colour[8] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", \
                   "#e69f00", "#56b4e9", "#999999", "#882255"]
array mark[8] = [7, 5, 9, 13, 11, 15, 7, 5]
# What text is legible on each of these.
array over[8] = ["#ffffff", "#ffffff", "#ffffff", "#222222", \
                 "#222222", "#222222", "#222222", "#ffffff"]
# Instead of colours, in text.
array filled[8] = ["●", "■", "▲", "◆", "▼", "★", "O", "X"]
array open[8] = ["○", "□", "△", "◇", "▽", "☆", "o", "x"]
array stuff[8] = ["█", "░", "#", "▒", "=", "▓", ":", "+"]
array dashes[8] = [1, 1, 1, 1, 2, 2, 2, 2]
black = "#000000"; ink = "#222222"; faint = "#666666"; ruled = "#dddddd"; paper = "#ffffff"
face = "DejaVu Sans,Verdana,Helvetica,Arial,sans-serif"

# Layout in pixels; letter: the mean width of one in the labels. `top` has room for a key of
# two lines below the title's three. In text all is in whole characters.
width = 960.; line_height = 24.
letter = in_text ? width / (ARG9 - 1) : 8.2
top = in_text ? 6 * line_height : 108.
bottom = in_text ? 2 * line_height : 58.
height = in_text ? 26 * line_height : 540.
heading_at = in_text ? 0 : 22.
machine_at = in_text ? line_height : 44.
note_at = in_text ? 2 * line_height : 60.
room = in_text ? ARG9 - 1 : 150 # letters of a line from side to side
inside = in_text ? 0 : 14. / width
most_letters = in_text ? 30 : 44 # of labels
narrower = in_text ? 24 : 36 # and where two axes stand beside each other
side = in_text ? 37 * letter : 262. # of the key beside lines, and what it has room for
most_named = in_text ? 28 : 32
most_tics = in_text ? 5 : 6 # named ones, of powers of 2
inset = in_text ? 1 : 0.5 # and from the axis
text_room = in_text ? 0.18 : 0.13 # share of the axis for a value's text
aside = in_text ? 2 : 1 # letters that a text is away from what it is about
apart = in_text ? " " : "" # a line and its name

# A place on the screen, for characters a little above their lower edge: gnuplot cuts digits.
from_top(y) = 1 - y / height + (in_text ? 0.01 : 0)
# gnuplot 5.4 crashes on a plot all whose labels or characters have NaN for their place: what
# has none lies here, as does what is for the key only.
outside = 1e30
# Types of lines, of intervals, and of what has no mark.
barred = in_text ? -1 : 1
stroked_as(i) = in_text ? i + 1 : 1
if (in_text) { unmarked = " "; floor_mark = "+" } else { unmarked = 0; floor_mark = 1 }
floor_name = in_text ? "+" : "black"; floor_line = in_text ? "|" : "dotted"
# What stands at column 5 as high as its row.
upright = in_text ? "using (valid(5) ? $5 : most):(valid(5) ? $1 : outside) \
		     with points pointtype '|'" : \
		    "using 5:($1 - 0.5):(0):(1) with vectors nohead linewidth 1.5 dashtype 3"
shade(i) = colour[1 + (i % 8)]
shape(i) = in_text ? filled[1 + (i % 8)] : mark[1 + (i % 8)]
quartile(share) = abs(4 * share - int(4 * share + 0.5)) < 1e-6
hollow(i) = in_text ? open[1 + (i % 8)] : mark[1 + (i % 8)] - 1
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

# Whether the tic at m * 10**e has a label: 2 and 5 where there is room, 3 and 7 where there
# is more. By the ratio of an axis' ends:
spread = "dense = most / least < 200; denser = !in_text && most / least < 10"
dense = 0; denser = 0
named(m) = m == 1 || (dense && (m == 2 || m == 5)) || (denser && (m == 3 || m == 7))
minor(m) = !named(m)
# The same of the tic at 2 ** e.
doubled(e) = dense || e % 2 == 0
halved(e) = !doubled(e)

# Run by a template, as `eval frame`, once it has set `height`, `left` and `note`.
frame = "\
if (in_text) { \
	set terminal dumb noenhanced mono size width / letter + 1, height / line_height + 1; \
	set tics scale 0; set errorbars 0 \
} else { if (format eq 'svg') { \
	set terminal svg noenhanced size width, height font face . ',12' background paper \
} else { if (format eq 'png') { \
	set terminal pngcairo noenhanced size width, height font 'sans,9' background paper \
} else { \
	set terminal pdfcairo noenhanced size width / 96, height / 96 font 'sans,9' \
		background paper \
} } }; \
set output out; \
set lmargin at screen left / width; \
set rmargin at screen 1 - 30. / width; \
set tmargin at screen from_top(top); \
set bmargin at screen from_top(height - bottom); \
small = ',' . (format eq 'svg' ? '11' : '8'); \
set label 1 heading at screen inside, screen from_top(heading_at) textcolor rgb ink \
	font ',' . (format eq 'svg' ? '16' : '12'); \
set label 2 cut(machine, room) at screen inside, screen from_top(machine_at) \
	font small textcolor rgb faint; \
set label 3 cut(when . '; ' . resting . (in_text ? '' : note), room) \
	at screen inside, screen from_top(note_at) font small textcolor rgb faint; \
if (in_text) { set label 4 note[3:] at screen 0, screen from_top(3 * line_height) }"
# The same for a row a line: first `stats` has made label_max, the letters of the longest
# label, and row_max. An axis turned round, with a little room at both ends.
frame_rows = "letters = min(label_max, most_letters); \
height = top + bottom + line_height * (row_max + 1); \
left = (in_text ? 3 * letter : 30) + letter * letters; " . frame . "; \
set yrange [row_max + (in_text ? 1 : 0.7) : (in_text ? 0 : 0.3)]; \
set ytics scale 0"
# The same for lines, whose key stands on their right.
frame_lines = "top = in_text ? 5 * line_height : 84.; " . frame . "; \
set rmargin at screen 1 - (side + 8) / width; \
set key at screen 1 - side / width, screen from_top(top) left top samplen 3 spacing 1.4"
# Stacked bars, in text made of characters: run by a template, as `eval bars`, once it has set
# where the axis begins and ends in pixels, and how much it shows. Then `plot` can have
# `data index i @bar`, from begins(0) to ends(0) of a row $1, and in the key `@swatch`.
bars = "set lmargin at screen bars_from / width; \
set rmargin at screen 1 - (width - bars_to) / width; \
set xrange [0 : bars_most]; \
set xtics auto; \
cell = bars_most * letter / (bars_to - bars_from); \
set style fill solid 1 noborder"
array strip[8]
do for [i = 1:8] { s = ""; do for [j = 1:ARG9] { s = s . stuff[i] }; strip[i] = s }
cells(x) = int(x / cell + 0.5)
length(unused) = cells(ends(0)) - cells(begins(0))
bar = in_text ? "using (cell * cells(begins(0))):(length(0) > 0 ? $1 : outside): \
		       (strip[1 + i % 8][1:max(1, length(0))]) \
		 with labels left offset 1, 0 notitle" : \
		"using (ends(0)):1:(begins(0)):(ends(0)):($1 - 0.36):($1 + 0.36) \
		 with boxxyerror linecolor rgb shade(i) notitle"
swatch = in_text ? "with points pointtype stuff[1 + i % 8]" : \
		   "with boxes linecolor rgb shade(i)"
nothing = "pointtype unmarked linecolor rgb ruled notitle"
# What in text would hide the bars.
in_bars(x) = in_text ? outside : x

# Once the template has set `y_title`.
name_y = "if (in_text) { set label 5 y_title at screen 0, screen from_top(4 * line_height) } \
	else { set ylabel y_title textcolor rgb ink }"

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
y_title = own_max > 0 ? 'µs a hand-over, less the same by one task' : 'µs a hand-over'"

set border 3 linecolor rgb faint
set tics nomirror textcolor rgb ink
set grid xtics linecolor rgb ruled linetype (in_text ? 0 : 1) linewidth 0.7
set key noenhanced textcolor rgb ink Left reverse samplen 1.5
legend = "set key at screen 1 - (in_text ? 0 : 30. / width), \
	screen from_top(in_text ? 3 * line_height : top - 34) right top horizontal"
set errorbars small

load template
