# SPDX-License-Identifier: GPL-3.0-or-later
# What tasks weigh as stacked bars, the lightest on top; a block for each place where it lives.

stats data using (valid(1) ? strlen(strcol(9)) : NaN) name "label" nooutput
stats data using 1 name "row" nooutput
stats data using 7 name "end" nooutput
stats data using (valid(6) ? $6 : $4) name "whole" nooutput

# The key has a line of its own below the title's.
top = 106.
height = top + bottom + line_height * (row_max + 1)
letters = min(label_max, 44)
left = 30 + letter * letters
note = "; bar: 95 % interval of the whole"
eval frame

set style fill solid 1 noborder
set yrange [row_max + 0.7 : 0.3]
set ytics scale 0
set key at screen 1 - 30. / width, screen 1 - 74. / height right top horizontal maxrows 1

scale = max(end_max, whole_max) < 2. ** 20 ? 2. ** 10 : 2. ** 20
set xrange [0 : max(end_max, whole_max) / scale * 1.15]
set xlabel (scale == 2. ** 10 ? "KiB" : "MiB") . " a task" textcolor rgb ink
set xtics auto
plot for [i = 0:row_blocks - 1] data index i \
         using ($3 / scale):1:($2 / scale):($3 / scale):($1 - 0.36):($1 + 0.36): \
               yticlabel(cut(strcol(9), letters)) \
         with boxxyerror linecolor rgb shade(i) title columnheader(1), \
     data index 0 using ($4 / scale):1:($5 / scale):($6 / scale) \
         with xerrorbars pointtype 0 linecolor rgb ink notitle, \
     data index 0 using (max(valid(6) ? $6 : $4, $7) / scale):1:8 \
         with labels left offset 0.7, 0 textcolor rgb ink notitle
