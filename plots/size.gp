# SPDX-License-Identifier: GPL-3.0-or-later
# Cost against the parent's size, log-log; one line a benchmark.

x_text(x) = size_text(x)
nothing = "none"
note = "; dot: median over reps, bar: 95 % interval"
set xlabel "memory of the parent, log scale" textcolor rgb ink
set ylabel "time per operation, log scale" textcolor rgb ink
y_axis = time_axis
load beside . "lines.gp"
