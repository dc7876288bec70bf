// What the processors did between two moments: for a process exactly, for the machine to a hundredth of a second.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static uint64_t read_clock(clockid_t clock) {
    struct timespec t;
    return clock_gettime(clock, &t) ? 0 : t.tv_sec * 1000000000ull + t.tv_nsec;
}

// what all threads of a process have had, those that have ended included
static uint64_t cpu_nanos(pid_t process) {
    clockid_t clock;
    return process && !clock_getcpuclockid(process, &clock) ? read_clock(clock) : 0;
}

static uint64_t idle_nanos() { // of all cores
    char line[512];
    uint64_t idle = 0, waiting = 0;
    FILE *file = fopen("/proc/stat", "r");
    if (file && fgets(line, sizeof line, file))
        sscanf(line, "cpu %*u %*u %*u %lu %lu", &idle, &waiting);
    if (file)
        fclose(file);
    return (idle + waiting) * (1000000000ull / sysconf(_SC_CLK_TCK));
}

typedef struct {
    uint64_t at, proxy, ours, idle; // ours: the generator and the upstream
} Moment;

static Moment moment(pid_t proxy, pid_t upstream) {
    return (Moment){read_clock(CLOCK_MONOTONIC), cpu_nanos(proxy),
                    cpu_nanos(upstream) + read_clock(CLOCK_PROCESS_CPUTIME_ID), idle_nanos()};
}

// cpu_us: of the proxy, for a request. busy: what generator and upstream took, foreign: what all others but the proxy
// took, both in per cent of a core.
static void print_between(Moment from, Moment to, uint64_t requests) {
    double elapsed = to.at - from.at, proxy = to.proxy - from.proxy, ours = to.ours - from.ours;
    double all = elapsed * sysconf(_SC_NPROCESSORS_ONLN) - (to.idle - from.idle);
    double foreign = all > proxy + ours ? all - proxy - ours : 0;
    printf("cpu_us=%.3f busy=%.1f foreign=%.1f", requests ? proxy / 1e3 / requests : 0, 100 * ours / elapsed,
           100 * foreign / elapsed);
}
