# SPDX-License-Identifier: GPL-3.0-or-later
# A bar a function: the instructions that it takes, or takes more or less than before; case by
# case, the whole operation on top.

stats data using (valid(1) ? strlen(strcol(5)) : NaN) name "label" nooutput
stats data using 1 name "row" nooutput
stats data using 2 name "low" nooutput
stats data using 3 name "high" nooutput
# The whole is grey, whichever of the others there are.
array role[3] = [6, 0, 1]
array drawn[row_blocks]
do for [j = 1:row_blocks] {
	stats data index j - 1 using 6 name "of" nooutput
	drawn[j] = role[1 + of_min]
}

note = "; the largest bars of each case"
eval frame_rows
eval legend

span = max(high_max - low_min, 1)
low = low_min < 0 ? low_min - (in_text ? 0.02 : 0.01) * span : 0
bars_from = left; bars_to = width - 30; bars_most = high_max - low + (in_text ? 0.2 : 0.12) * span
eval bars
set xrange [low : low + bars_most]
set xlabel "instructions an operation" textcolor rgb ink
begins(unused) = $2
ends(unused) = $3

plot data using (low):1:yticlabel(cut(strcol(5), letters)) with points @nothing, \
     for [j = 0:row_blocks - 1] for [i = drawn[j + 1]:drawn[j + 1]] \
         data index j @bar, \
     for [j = 0:row_blocks - 1] for [i = drawn[j + 1]:drawn[j + 1]] \
         data index j using (0):(outside) @swatch title columnheader(1), \
     data using 3:1:4 with labels left offset aside, 0 textcolor rgb ink notitle
