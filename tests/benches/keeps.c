/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests: hangs with a file, a folder and a SysV segment that it has made. */
#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../benches/bench.h"

static int setup(struct run *run)
{
	static const char file[] = "/tmp/lwpbench-test-keeps-file";
	static const char folder[] = "/tmp/lwpbench-test-keeps-folder";
	int fd = open(file, O_CREAT | O_WRONLY, 0600);
	int shm = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);

	if (fd < 0 || shm < 0 || mkdir(folder, 0700) < 0)
		return bench_fail(run, "making things", errno);
	close(fd);
	if (bench_keep(run, JOB_FILE, 0, file) < 0 ||
	    bench_keep(run, JOB_DIR, 0, folder) < 0 ||
	    bench_keep(run, JOB_SHM, shm, NULL) < 0)
		return bench_fail(run, "bench_keep", ENOSPC);
	for (;;)
		pause();
}

const struct bench bench = {
	.name = "keeps",
	.brief = "hangs with things it has made",
	.family = "fake",
	.floor = "",
	.setup = setup,
};
