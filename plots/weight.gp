# SPDX-License-Identifier: GPL-3.0-or-later
# What tasks weigh as stacked bars, the lightest on top; a block for each place where it lives.

stats data using (valid(1) ? strlen(strcol(9)) : NaN) name "label" nooutput
stats data using 1 name "row" nooutput
stats data using 7 name "end" nooutput
stats data using (valid(6) ? $6 : $4) name "whole" nooutput

note = "; line: 95 % interval of the whole"
eval frame_rows
eval legend

scale = max(end_max, whole_max) < 2. ** 20 ? 2. ** 10 : 2. ** 20
bars_from = left; bars_to = width - 30; bars_most = max(end_max, whole_max) / scale * 1.15
eval bars
set xlabel (scale == 2. ** 10 ? "KiB" : "MiB") . " a task" textcolor rgb ink
begins(unused) = $2 / scale
ends(unused) = $3 / scale
plot data using (0):1:yticlabel(cut(strcol(9), letters)) with points @nothing, \
     for [i = 0:row_blocks - 1] data index i @bar, \
     for [i = 0:row_blocks - 1] data index i using (0):(outside) @swatch \
         title columnheader(1), \
     data index 0 using ($4 / scale):1:($5 / scale):($6 / scale) \
         with xerrorbars linetype barred pointtype unmarked linecolor rgb ink notitle, \
     data index 0 using (max(valid(6) ? $6 : $4, $7) / scale):1:8 \
         with labels left offset aside, 0 textcolor rgb ink notitle
