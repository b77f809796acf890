# SPDX-License-Identifier: GPL-3.0-or-later
# Phases as stacked bars: time on the left, shares on the right; a block for each stamp.

stats data using (valid(1) ? strlen(strcol(9)) : NaN) name "label" nooutput
stats data using 1 name "row" nooutput
stats data using 6 name "whole" nooutput

most_letters = narrower
note = "; a segment is named by what ends it" . (in_text ? "" : ", bar: 95 % interval")
eval frame_rows

set multiplot
eval legend
middle = left + (width - 30 - left) * 0.5
scale = whole_max < 1e6 ? 1e3 : 1e6

bars_from = left; bars_to = middle - 12; bars_most = whole_max / scale * 1.35
eval bars
set xlabel (scale == 1e3 ? "µs" : "ms") . " per operation" textcolor rgb ink
begins(unused) = $2 / scale
ends(unused) = $3 / scale
plot data using (0):1:yticlabel(cut(strcol(9), letters)) with points @nothing, \
     for [i = 0:row_blocks - 1] data index i @bar, \
     for [i = 0:row_blocks - 1] data index i using (0):(outside) @swatch \
         title cut(columnheader(1), 24), \
     data using ($3 / scale):(in_bars($1)):($4 / scale):($5 / scale) \
         with xerrorbars pointtype unmarked linecolor rgb ink notitle, \
     data using ($6 == $3 ? (valid(5) ? $5 : $3) / scale : NaN):1:7 \
         with labels left offset aside, 0 textcolor rgb ink notitle

unset label
unset key
bars_from = middle + 12; bars_to = width - 30; bars_most = 100.
eval bars
set format y ""
set xlabel "% of the operation" textcolor rgb ink
begins(unused) = 100 * $2 / $6
ends(unused) = 100 * $3 / $6
# A name stands where its segment has room for it.
fits(name) = letter * strlen(name) / (bars_to - bars_from) * bars_most < ends(0) - begins(0)
name_at(unused) = !valid(1) ? outside : fits(strcol(8)) ? in_bars($1) : outside
plot for [i = 0:row_blocks - 1] data index i @bar, \
     for [i = 0:row_blocks - 1] data index i \
         using ((begins(0) + ends(0)) / 2):(name_at(0)):8 \
         with labels font small textcolor rgb over[1 + i % 8] notitle
unset multiplot
