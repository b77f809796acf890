# SPDX-License-Identifier: GPL-3.0-or-later
# Cost against the parent's size, log-log; one line a benchmark, a block of data for each.

stats data using ($1 > 0 ? $1 : NaN) name "size" nooutput
stats data using 2 name "cost" nooutput

left = 96
note = "; dot: median over reps, bar: 95 % interval"
eval frame

# A parent without added memory has no place on a log axis: it stands left of all others.
lean = size_min / 4
place(mib) = mib > 0 ? mib : lean
set rmargin at screen 1 - 240. / width
set logscale xy
set xrange [lean / 1.5 : size_max * 1.5]
set yrange [cost_min / 1.6 : cost_max * 1.6]
set xtics ("none" lean)
set for [e = ceil(log(lean) / log(2) + 0.6):30] xtics add \
    (e % 2 == 0 ? size_text(2. ** e) : "" 2. ** e e % 2 != 0)
set ytics ()
dense = cost_max / cost_min < 200
set for [e = 0:11] for [m = 1:9] ytics add \
    (named(m) ? time_text(m * 10. ** e) : "" m * 10. ** e minor(m))
set xlabel "memory of the parent, log scale" textcolor rgb ink
set ylabel "time per operation, log scale" textcolor rgb ink
set grid xtics ytics
set key at screen 1 - 226. / width, screen 1 - top / height left top samplen 2 spacing 1.4

plot for [i = 0:cost_blocks - 1] data index i using (place($1)):2 \
         with lines linewidth 2 dashtype dash(i) linecolor rgb shade(i) notitle, \
     for [i = 0:cost_blocks - 1] data index i using (place($1)):2:3:4 \
         with yerrorbars pointtype 0 linewidth 1.5 linecolor rgb shade(i) notitle, \
     for [i = 0:cost_blocks - 1] data index i using (place($1)):2 \
         with points pointtype shape(i) linecolor rgb shade(i) title cut(columnheader(1), 24)
