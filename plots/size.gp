# SPDX-License-Identifier: GPL-3.0-or-later
# Cost against the parent's size, log-log; one line a benchmark.

nothing = "none"
note = "; dot: median over reps, bar: 95 % interval, line: cost at 0 + slope × size"
set xlabel "memory of the parent, log scale" textcolor rgb ink
y_title = "time per operation, log scale"
x_tics = "\
first = ceil(log(at_min == least ? at_min * 2 : at_min) / log(2) - 0.01); \
last = floor(log(at_max) / log(2) + 0.01); \
step = max(1, ceil(1. * (last - first) / most_tics)); \
x_named(e) = (last - e) % step == 0; \
x_minor(e) = !x_named(e); \
set for [e = first:last] xtics add (x_named(e) ? size_text(2. ** e) : '' 2. ** e x_minor(e))"
load beside . "fits.gp"
