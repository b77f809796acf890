# SPDX-License-Identifier: GPL-3.0-or-later
# The flag ladder: each set of clone flags against none, in the suite's order.

axis_text(x) = ratio_text(x)
nearest = 1.
note = "; dot: median of ratios paired in a block, bar: 95 % interval"
set xlabel "time against flags=none, log scale" textcolor rgb ink
set arrow 1 from first 1, graph 0 to first 1, graph 1 nohead linecolor rgb faint linewidth 1.2
load beside . "ladder.gp"
