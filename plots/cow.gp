# SPDX-License-Identifier: GPL-3.0-or-later
# The bill after fork: what each way to a page's first write costs, cheapest on top.

axis_text(x) = time_text(x)
nearest = NaN
text_room = 0.3
note = "; dot: median over reps, bar: 95 % interval; faults: those of the writer a page"
set xlabel "time per page, log scale" textcolor rgb ink
load beside . "ladder.gp"
