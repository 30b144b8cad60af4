"""A process's processor time and memory, as the kernel counts them."""

import os


def thread_times(pid):
    """Nanoseconds on a processor per thread: the first field of schedstat.

    The scheduler counts these exactly. The user and system times that ps shows are whole clock ticks (10 ms),
    split between the two by sampling: too coarse for a run of a second, and of a process that sleeps often, wrong.
    """
    times = {}
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/schedstat") as file:
                times[thread] = int(file.read().split()[0])
        except (FileNotFoundError, ProcessLookupError):
            continue  # The thread ended between the listing and the reading.
    return times


class ProcessorClock:
    """Processor time of all of a process's threads since the clock was made.

    Read it while the process rests: a running thread's figure is brought up to date only by the scheduler. Threads
    that end in between take their time with them.
    """

    def __init__(self, pid):
        self.pid = pid
        self.before = thread_times(pid)

    def nanoseconds(self):
        return sum(time - self.before.get(thread, 0) for thread, time in thread_times(self.pid).items())


def memory(pid):
    """Resident bytes now and at their highest: (VmRSS, VmHWM)."""
    fields = {}
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            name, _, value = line.partition(":")
            if name in ("VmRSS", "VmHWM"):
                fields[name] = int(value.split()[0]) * 1024
    return fields["VmRSS"], fields["VmHWM"]


def processor_model():
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return "unknown"
