# SPDX-License-Identifier: GPL-3.0-or-later
# Phases as stacked bars: time on the left, shares on the right; a block for each stamp.

stats data using (valid(1) ? strlen(strcol(8)) : NaN) name "label" nooutput
stats data using 1 name "row" nooutput
stats data using 6 name "whole" nooutput

height = top + bottom + line_height * (row_max + 1)
letters = min(label_max, 36)
left = 30 + letter * letters
note = "; a segment is named by what ends it, bar: 95 % interval"
eval frame

middle = left + (width - 30 - left) * 0.5
set multiplot
set style fill solid 1 noborder
set yrange [row_max + 0.7 : 0.3]
set ytics scale 0
eval legend

scale = whole_max < 1e6 ? 1e3 : 1e6
set rmargin at screen (middle - 12) / width
set xrange [0 : whole_max / scale * 1.3]
set xlabel (scale == 1e3 ? "µs" : "ms") . " per operation" textcolor rgb ink
set xtics auto
plot for [i = 0:row_blocks - 1] data index i \
         using ($3 / scale):1:($2 / scale):($3 / scale):($1 - 0.36):($1 + 0.36): \
               yticlabel(cut(strcol(8), letters)) \
         with boxxyerror linecolor rgb shade(i) title cut(columnheader(1), 24), \
     data using ($3 / scale):1:($4 / scale):($5 / scale) \
         with xerrorbars pointtype 0 linecolor rgb ink notitle, \
     data using ($6 == $3 ? (valid(5) ? $5 : $3) / scale : NaN):1:7 \
         with labels left offset 0.7, 0 textcolor rgb ink notitle

unset label
unset key
set lmargin at screen (middle + 12) / width
set rmargin at screen 1 - 30. / width
set xrange [0 : 100]
set format y ""
set xlabel "% of the operation" textcolor rgb ink
plot for [i = 0:row_blocks - 1] data index i \
         using (100 * $3 / $6):1:(100 * $2 / $6):(100 * $3 / $6):($1 - 0.36):($1 + 0.36) \
         with boxxyerror linecolor rgb shade(i) notitle
unset multiplot
