# SPDX-License-Identifier: GPL-3.0-or-later
# What was counted in a guest: the instructions of an operation, fewest on top.

axis_text(x) = x < 1e3 ? sprintf("%g", x) : x < 1e6 ? sprintf("%g k", x / 1e3) : \
               x < 1e9 ? sprintf("%g M", x / 1e6) : sprintf("%g G", x / 1e9)
nearest = NaN
note = "; dot: median operation; this is not time"
set xlabel "instructions per operation, user's and kernel's, log scale" textcolor rgb ink
load beside . "ladder.gp"
