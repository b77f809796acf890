# SPDX-License-Identifier: GPL-3.0-or-later
# Shared by ladders: one dot a case with its interval and value, a block for each colour.
# Columns: row, value, its interval from and to, value as text, label.
# A ladder sets axis_text(x); note; and nearest, a value to be shown in any case, or NaN. For
# longer texts than "1.23 ms" it sets text_room, as well.

stats data using (valid(1) ? strlen(strcol(6)) : NaN) name "label" nooutput
stats data using 1 name "row" nooutput
stats data using 2 name "value" nooutput

eval frame_rows

most = max(value_max, nearest)
least = min(min(value_min, nearest), most / 4)
set logscale x
# Room on the right for the last value's text.
set xrange [least / 1.3 : most * (most / least) ** text_room * 1.3]
set grid xtics ytics
eval spread
set xtics ()
set for [e = -4:11] for [m = 1:9] xtics add \
    (named(m) ? axis_text(m * 10. ** e) : "" m * 10. ** e minor(m))
eval legend

# A value without an interval has its text at the value, else behind the interval.
plot for [i = 0:row_blocks - 1] data index i using 2:1:3:4 \
         with xerrorbars linetype barred pointtype unmarked linewidth 1.5 \
         linecolor rgb shade(i) notitle, \
     for [i = 0:row_blocks - 1] data index i using 2:1:yticlabel(cut(strcol(6), letters)) \
         with points pointtype shape(i) pointsize 0.9 linecolor rgb shade(i) \
         title cut(columnheader(1), 24), \
     data using (valid(4) ? $4 : $2):1:5 \
         with labels left offset aside, 0 textcolor rgb ink notitle
