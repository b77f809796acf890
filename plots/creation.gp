# SPDX-License-Identifier: GPL-3.0-or-later
# The creation ladder: what every way to make a task costs, cheapest on top.

axis_text(x) = time_text(x)
nearest = NaN
note = "; dot: median over reps, bar: 95 % interval"
set xlabel "time per operation, log scale" textcolor rgb ink
load beside . "ladder.gp"
