# SPDX-License-Identifier: GPL-3.0-or-later
# Shared by pictures that hold processes against threads: two dots a row, each with its value.
# Blocks: rows (row, value, label), groups (row, heading), then one a kind of task: row,
# value, its interval from and to, floor, the other kind's value, kind, value as text, where
# that text ends or where it begins.
# A picture sets its xlabel.

stats data using (valid(1) ? strlen(strcol(3)) : NaN) index 0 name "label" nooutput
stats data using 1 index 0 name "row" nooutput
stats data using 1 name "all" nooutput
stats data using 2 index 2:9 name "value" nooutput
stats data using (valid(5) ? $5 : $2) index 2:9 name "under" nooutput
stats data using (valid(5) ? 1 : 0) index 2:9 name "floored" nooutput
stats data using (valid(9) ? $9 : $2) index 2:9 name "low" nooutput
stats data using (valid(10) ? $10 : $2) index 2:9 name "high" nooutput
kinds = all_blocks - 2
array kind[kinds]
do for [i = 1:kinds] {
	stats data index i + 1 using 7 name "kind" nooutput
	kind[i] = int(kind_max)
}
tint(i) = shade(kind[i + 1])
point(i) = kind[i + 1] ? hollow(0) : shape(0)

note = "; dot: median over reps, bar: 95 % interval" . \
       (floored_max > 0 ? ", " . floor_line . ": the floor" : "")
eval frame_rows

# An interval that goes far out does not make all others small.
most = max(min(high_max, 3 * value_max), under_max)
least = min(min(max(low_min, value_min / 3), under_min), most / 4)
set logscale x
# Room on both sides for a value's text.
room = (most / least) ** text_room * 1.3
set xrange [least / room : most * room]
set grid xtics ytics
eval spread
set xtics ()
set for [e = -4:11] for [m = 1:9] xtics add \
    (named(m) ? time_text(m * 10. ** e) : "" m * 10. ** e minor(m))
eval legend

text_at(column) = valid(column) ? $1 : outside
# Processes a little above their row's middle, threads below.
beside_at(row, i) = row + (kind[i + 1] ? 0.14 : -0.14)
plot data index 0 using 2:1:yticlabel(cut(strcol(3), letters)) \
         with points pointtype unmarked linecolor rgb ruled notitle, \
     data index 1 using (least / room):1:2 \
         with labels left offset inset, 0 textcolor rgb ink notitle, \
     for [i = 0:kinds - 1] data index i + 2 @upright linecolor rgb tint(i) notitle, \
     for [i = 0:kinds - 1] data index i + 2 using 2:(beside_at($1, i)):3:4 \
         with xerrorbars linetype barred pointtype unmarked linewidth 1.5 \
         linecolor rgb tint(i) notitle, \
     for [i = 0:kinds - 1] data index i + 2 using 2:(beside_at($1, i)) \
         with points pointtype point(i) pointsize 0.9 linecolor rgb tint(i) \
         title columnheader(1), \
     for [i = 0:kinds - 1] data index i + 2 \
         using (valid(9) ? max($9, least) : least):(text_at(9)):8 \
         with labels right offset -aside, 0 textcolor rgb tint(i) notitle, \
     for [i = 0:kinds - 1] data index i + 2 \
         using (valid(10) ? min($10, most) : most):(text_at(10)):8 \
         with labels left offset aside, 0 textcolor rgb tint(i) notitle
