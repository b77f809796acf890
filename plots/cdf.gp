# SPDX-License-Identifier: GPL-3.0-or-later
# Distributions: one line of quantiles a case, a block of data for each, the quickest first.

stats data using 1 name "time" nooutput

left = 80
note = "; every sample counts, marks: the least, quartiles, the most"
eval frame_lines

set logscale x
set xrange [time_min / 1.2 : time_max * 1.2]
most = time_max; least = time_min
eval spread
set xtics ()
set for [e = 0:11] for [m = 1:9] xtics add \
    (named(m) ? time_text(m * 10. ** e) : "" m * 10. ** e minor(m))
set xlabel "time per operation, log scale" textcolor rgb ink
set yrange [0 : 100]
set ytics 25
y_title = "% of samples at most this slow"
eval name_y
set grid xtics ytics

plot for [i = 0:time_blocks - 1] data index i using 1:(100 * $2) \
         with lines linewidth 2 linetype stroked_as(i) linecolor rgb shade(i) notitle, \
     for [i = 0:time_blocks - 1] data index i using 1:(quartile($2) ? 100 * $2 : NaN) \
         with points pointtype shape(i) linecolor rgb shade(i) notitle, \
     for [i = 0:time_blocks - 1] data index i using (time_max):(outside) \
         with linespoints linewidth 2 linetype stroked_as(i) pointtype shape(i) \
         linecolor rgb shade(i) title apart . cut(columnheader(1), most_named)
