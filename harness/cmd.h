/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The subcommands: each takes its own argv, argv[0] is "lwpbench NAME", and returns an
 * exit status. */
#ifndef LWP_CMD_H
#define LWP_CMD_H

int cmd_list(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_apps(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_verdict(int argc, char **argv);
int cmd_plot(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_predict(int argc, char **argv);
int cmd_attribute(int argc, char **argv);
int cmd_sharing(int argc, char **argv);
int cmd_ab(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_selftest(int argc, char **argv);
int cmd_history(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_exact(int argc, char **argv);
int cmd_doctor(int argc, char **argv);

#endif
