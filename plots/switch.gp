# SPDX-License-Identifier: GPL-3.0-or-later
# The cost of a hand-over against what each task writes to between two of them.

x_text(x) = size_text(x)
nothing = "none"
note = "; dot: median over reps, bar: 95 % interval"
set xlabel "memory that each task writes to at its turn, log scale" textcolor rgb ink
y_axis = hand_over_axis
load beside . "lines.gp"
