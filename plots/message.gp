# SPDX-License-Identifier: GPL-3.0-or-later
# The latency of every way to tell or send, a group for each place.

set xlabel "time of one message one way, log scale" textcolor rgb ink
load beside . "pairs.gp"
