# SPDX-License-Identifier: GPL-3.0-or-later
# Cost against how many mappings, descriptors or tasks the parent has, log-log.

nothing = "none"
note = "; dot: median over reps, bar: 95 % interval, line: cost at 0 + slope × number"
set xlabel "how many the parent has, log scale" textcolor rgb ink
y_title = "time per operation, log scale"
x_tics = "\
first = floor(log10(at_min == least ? at_min * 4 : at_min) + 0.01); \
last = ceil(log10(at_max) - 0.01); \
set for [e = first:last] for [m = 1:9] xtics add \
	(m == 1 ? sprintf('%.0f', 10. ** e) : '' m * 10. ** e m > 1)"
load beside . "fits.gp"
