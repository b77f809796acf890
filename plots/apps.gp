# SPDX-License-Identifier: GPL-3.0-or-later
# Whole programs, a group each: how long every way takes, and the CPU time of all its tasks.

set xlabel "time per run of the program, from its start to its end, log scale" textcolor rgb ink
load beside . "pairs.gp"
