# SPDX-License-Identifier: GPL-3.0-or-later
# Bytes a second against the size of a message, log-log; memcpy, the floor, in black.

x_text(x) = size_text(x)
nothing = "none"
note = "; dot: median over reps, bar: 95 % interval, " . floor_name . ": what no way can beat"
set xlabel "bytes in a message, log scale" textcolor rgb ink
y_title = "bandwidth, log scale"
y_axis = rate_axis
load beside . "lines.gp"
