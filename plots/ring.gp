# SPDX-License-Identifier: GPL-3.0-or-later
# The cost of a hand-over against how many tasks it goes round.

x_text(x) = sprintf("%g", x)
nothing = "none"
note = "; dot: median over reps, bar: 95 % interval"
set xlabel "tasks in the ring, log scale" textcolor rgb ink
y_axis = hand_over_axis
load beside . "lines.gp"
