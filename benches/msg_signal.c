/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages in shared memory, announced by queued signals that name the task. */
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_talk.h"

enum { SIGWAITINFO, SIGNALFD };

/* Of the kernel's set, which is shorter than libc's. */
enum { SET_SIZE = _NSIG / 8 };

static sigset_t set;
static int fd;

/* What each channel has seen; each task has a pair of words of its own. */
struct count {
	int sent, got;
};

static struct count *count(unsigned self)
{
	return talk_shared(self);
}

/* Blocked, for all tasks inherit it: else it would end the process. One descriptor serves
 * both tasks: it reads the signals of the task that reads. */
static int block_signal(struct run *run, uint64_t size)
{
	(void)size;
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return bench_fail(run, "sigprocmask", errno);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	return fd < 0 ? bench_fail(run, "signalfd", errno) : 0;
}

/* Not sigqueue(3), which names a process: to a thread and a process go the same calls. */
static long queue_number(unsigned to)
{
	siginfo_t info;

	memset(&info, 0, sizeof(info));
	info.si_signo = SIGRTMIN;
	info.si_code = SI_QUEUE;
	info.si_value.sival_int = ++count(1 - to)->sent;
	return arch_call(SYS_rt_tgsigqueueinfo, talk_pid(to), talk_tid(to), SIGRTMIN,
			 (long)&info);
}

static long expect(unsigned self, int number)
{
	return number == ++count(self)->got ? 0 : -EBADMSG;
}

static long wait_for_info(unsigned self)
{
	siginfo_t info;
	long ret = arch_call(SYS_rt_sigtimedwait, (long)&set, (long)&info, 0, SET_SIZE);

	return ret < 0 ? ret : expect(self, info.si_value.sival_int);
}

static long read_info(unsigned self)
{
	struct signalfd_siginfo info;
	long ret = arch_call(SYS_read, fd, (long)&info, sizeof(info), 0);

	return ret < 0 ? ret : expect(self, info.ssi_int);
}

static int setup(struct run *run)
{
	static const struct talk ways[] = {
		[SIGWAITINFO] = {.open = block_signal,
				 .wake = queue_number,
				 .wait = wait_for_info},
		[SIGNALFD] = {.open = block_signal,
			      .wake = queue_number,
			      .wait = read_info},
	};

	return talk_setup(run, &ways[bench_param(run, "how")]);
}

static const struct param params[] = {
	{.name = "how",
	 .brief = "the signal is waited for: by sigwaitinfo or by reading a signalfd",
	 .type = PARAM_CHOICE,
	 .def = "sigwaitinfo",
	 .choices = (const struct choice[]){{"sigwaitinfo", SIGWAITINFO},
					    {"signalfd", SIGNALFD},
					    {0}}},
	{0},
};

const struct bench bench = {
	.name = "msg_signal",
	.brief = "a message in shared memory and one back, announced by queued signals: "
		 "one way",
	.family = "message",
	.floor = "getpid",
	.params = params,
	.parts = (const struct part *const[]){&task_part, &talk_part, NULL},
	.setup = setup,
	.op = talk_op,
	.reset = talk_reset,
};
