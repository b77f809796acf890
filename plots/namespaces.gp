# SPDX-License-Identifier: GPL-3.0-or-later
# What each namespace and each way into a cgroup adds to a task, the least on top.

axis_text(x) = ratio_text(x)
nearest = 1.
note = "; dot: median of ratios paired in a block, bar: 95 % interval"
set xlabel "time against the same task without, log scale" textcolor rgb ink
set arrow 1 from first 1, graph 0 to first 1, graph 1 nohead linecolor rgb faint linewidth 1.2
load beside . "ladder.gp"
