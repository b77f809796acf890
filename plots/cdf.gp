# SPDX-License-Identifier: GPL-3.0-or-later
# Distributions: one line of quantiles a case, a block of data for each, the quickest first.

stats data using 1 name "time" nooutput

left = 80
note = "; every sample counts"
eval frame

set rmargin at screen 1 - 240. / width
set logscale x
set xrange [time_min / 1.2 : time_max * 1.2]
dense = time_max / time_min < 200
set xtics ()
set for [e = 0:11] for [m = 1:9] xtics add \
    (named(m) ? time_text(m * 10. ** e) : "" m * 10. ** e minor(m))
set xlabel "time per operation, log scale" textcolor rgb ink
set yrange [0 : 100]
set ytics 25
set ylabel "% of samples at most this slow" textcolor rgb ink
set grid xtics ytics
set key at screen 1 - 226. / width, screen 1 - top / height left top samplen 2 spacing 1.4

plot for [i = 0:time_blocks - 1] data index i using 1:(100 * $2) \
         with lines linewidth 2 dashtype dash(i) linecolor rgb shade(i) title cut(columnheader(1), 24)
