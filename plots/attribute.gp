# SPDX-License-Identifier: GPL-3.0-or-later
# A waterfall for each parent: from a fork, flag by flag, down to a thread.

stats data using (valid(1) ? strlen(strcol(7)) : NaN) name "label" nooutput
stats data using 1 name "row" nooutput
stats data using (min($2, valid(4) ? min($3, $4) : $3)) name "low" nooutput
stats data using (max($2, valid(5) ? max($3, $5) : $3)) name "high" nooutput

note = "; time, share of the difference" . (in_text ? "" : ", bar: 95 % interval")
eval frame_rows
eval legend

# Room on the right for the longest text, which is behind the longest bar.
low = min(0, 1.1 * low_min)
bars_from = left; bars_to = width - 30; bars_most = high_max * (in_text ? 1.9 : 1.6) - low
eval bars
set xrange [low : low + bars_most]
set xlabel "% of a fork, from creation to reaping" textcolor rgb ink
step = 20 * ceil((high_max - low) / 240.)
set xtics step * floor(low / step), step, max(100, high_max)
begins(unused) = min($2, $3)
ends(unused) = max($2, $3)

# Ends are grey, as floors are.
array role[3] = [7, 1, 2]
plot data using (0):1:yticlabel(cut(strcol(7), letters)) with points @nothing, \
     for [j = 0:row_blocks - 1] for [i = role[j + 1] - 1:role[j + 1] - 1] \
         data index j @bar, \
     for [j = 0:row_blocks - 1] for [i = role[j + 1] - 1:role[j + 1] - 1] \
         data index j using (0):(outside) @swatch title columnheader(1), \
     data using 3:(in_bars($1)):4:5 \
         with xerrorbars pointtype unmarked linecolor rgb ink notitle, \
     data using (max($2, valid(5) ? max($3, $5) : $3)):1:6 \
         with labels left offset aside, 0 textcolor rgb ink notitle
