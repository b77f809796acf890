# SPDX-License-Identifier: GPL-3.0-or-later
# The cost of every lock, a group for each number of tasks that want it and place.

set xlabel "time per operation: a lock is taken and released, log scale" textcolor rgb ink
load beside . "pairs.gp"
