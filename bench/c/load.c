// Generates load over HTTP/1.1 with one thread, and prints what it measured on one line.
//
//   load [-p PORT | -U PATH] [-c CONNECTIONS] [-d SECONDS] [-w SECONDS] [-n REQUESTS] [-r RATE] [-u TARGET] [-b BYTES] [-k]
//        [-P PROXY] [-S UPSTREAM] [-i IDLE]
//
// Without -r each connection sends its next request when the last one is answered. With -r request i is due at i /
// RATE, and its latency counts from then on, whether or not a connection was free (Tene, How NOT to Measure Latency,
// 2013). -w: not measured at the beginning. -n: ends after so many answers. -P, -S: processes whose time is measured. -b: POST with a body. -k: each request with a key of its own in
// Idempotency-Key. -i: only opens so many connections, lets each have one answer, holds them for -d seconds, and prints
// when all are there.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "watch.h"

enum { HEAD = -1 };

typedef struct {
    int fd;
    int sending;    // whether an answer is awaited
    uint64_t since; // when it was due, or sent
    long left;      // bytes of the answer's content, or HEAD
    int length;     // bytes of the head that were read
    char head[16384];
} Connection;

static int port = 8080, connections = 1, idle = 0, content = 0, keyed = 0, alone = 0;
static pid_t proxy = 0, upstream = 0;
static uint64_t most = UINT64_MAX;
static const char *path = NULL, *target = "/small";
static double duration = 3, warm_up = 0, rate = 0;

static char *request;
static int request_length;
static char *key; // where the key's digits stand in the request
static uint64_t keys;

static int ready;
static uint64_t errors, other_statuses;

static uint64_t now() {
    return read_clock(CLOCK_MONOTONIC);
}

// ---- latencies: a log-linear histogram with 128 cells a power of two (0.8 %)

static uint64_t cells[64 * 128], latencies;

static void record(uint64_t nanos) {
    int power = nanos < 128 ? 0 : 63 - __builtin_clzll(nanos);
    cells[nanos < 128 ? nanos : (power - 6) * 128 + ((nanos >> (power - 7)) & 127)]++;
    latencies++;
}

static double percentile_micros(double share) {
    uint64_t wanted = share * latencies + 0.5, seen = 0;
    for (int i = 0; i < 64 * 128; i++) {
        seen += cells[i];
        if (seen > 0 && seen >= wanted) {
            uint64_t nanos = i < 128 ? i : (1ull << (i / 128 + 6)) + ((uint64_t)(i & 127) << (i / 128 - 1));
            return nanos / 1e3;
        }
    }
    return 0;
}

// ---- connections

static int dial() {
    int one = 1, fd = socket(path ? AF_UNIX : AF_INET, SOCK_STREAM, 0);
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    struct sockaddr_in tcp = {.sin_family = AF_INET, .sin_port = htons(port)};
    tcp.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (path)
        strncpy(local.sun_path, path, sizeof local.sun_path - 1);
    if (connect(fd, path ? (void *)&local : (void *)&tcp, path ? sizeof local : sizeof tcp) < 0) {
        close(fd);
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

static void open_connection(Connection *c) {
    c->fd = dial();
    c->sending = 0;
    if (c->fd >= 0) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        fcntl(c->fd, F_SETFL, O_NONBLOCK);
        epoll_ctl(ready, EPOLL_CTL_ADD, c->fd, &event);
    }
}

static void send_request(Connection *c, uint64_t since) {
    c->since = since;
    c->sending = 1;
    c->left = HEAD;
    c->length = 0;
    if (key) {
        char digits[17];
        snprintf(digits, sizeof digits, "%016llu", (unsigned long long)++keys);
        memcpy(key, digits, 16);
    }
    for (int sent = 0; sent < request_length;) {
        int n = send(c->fd, request + sent, request_length - sent, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN)
            return; // its end will be read
        sent += n < 0 ? 0 : n;
    }
}

// 1 when the answer is complete, 0 when more is to come, -1 when none will
static int read_answer(Connection *c) {
    static char anywhere[1 << 20];
    for (;;) {
        int in_head = c->left == HEAD;
        int n = in_head ? recv(c->fd, c->head + c->length, sizeof c->head - 1 - c->length, 0)
                        : recv(c->fd, anywhere, sizeof anywhere, 0);
        if (n <= 0)
            return n < 0 && errno == EAGAIN ? 0 : -1;
        if (in_head) {
            c->length += n;
            c->head[c->length] = 0;
            char *end = strstr(c->head, "\r\n\r\n");
            if (!end) {
                if (c->length == sizeof c->head - 1)
                    return -1;
                continue;
            }
            char *length = strcasestr(c->head, "\r\ncontent-length:");
            if (!length || length > end)
                return -1;
            other_statuses += c->head[9] != '2';
            c->left = atol(length + 17) - (c->head + c->length - (end + 4));
        } else {
            c->left -= n;
        }
        if (c->left <= 0)
            return c->left == 0 ? 1 : -1;
    }
}

// a head as one service sends it to another: about 440 bytes in 9 lines
static void make_request() {
    request = malloc(content + 8192);
    int n = sprintf(request,
                    "%s %s HTTP/1.1\r\nHost: orders.default.svc.cluster.local\r\n"
                    "User-Agent: bench-client/1.0 (linux; x86_64)\r\nAccept: application/json, text/plain, */*\r\n"
                    "Accept-Encoding: gzip, deflate\r\n"
                    "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJiZW5jaCJ9.c2lnbmF0dXJl\r\n"
                    "X-Request-Id: 7f3c1d0e-5b0a-4a7e-9d51-0d8f3c2b1a90\r\n"
                    "%s",
                    content ? "POST" : "GET", target,
                    alone ? "" : "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n");
    if (keyed) {
        n += sprintf(request + n, "Idempotency-Key: 0000000000000000\r\n");
        key = request + n - 18;
        keys = now(); // so that no two runs share one
    }
    if (content)
        n += sprintf(request + n, "Content-Type: application/json\r\nContent-Length: %d\r\n", content);
    n += sprintf(request + n, "\r\n");
    memset(request + n, 'x', content);
    request_length = n + content;
}

static int hold_idle_connections() {
    int answered = 0;
    Connection *c = malloc(sizeof(Connection));
    for (int i = 0; i < idle; i++) {
        c->fd = dial();
        if (c->fd < 0)
            continue;
        send_request(c, 0);
        answered += read_answer(c) == 1;
    }
    printf("idle=%d\n", answered);
    fflush(stdout);
    sleep(duration);
    return 0;
}

int main(int count, char **arguments) {
    for (int option; (option = getopt(count, arguments, "p:U:c:d:w:n:r:u:b:kaP:S:i:")) != -1;) {
        switch (option) {
        case 'p': port = atoi(optarg); break;
        case 'U': path = optarg; break;
        case 'c': connections = atoi(optarg); break;
        case 'd': duration = atof(optarg); break;
        case 'w': warm_up = atof(optarg); break;
        case 'n': most = atoll(optarg); break;
        case 'r': rate = atof(optarg); break;
        case 'u': target = optarg; break;
        case 'b': content = atoi(optarg); break;
        case 'k': keyed = 1; break;
        case 'a': alone = 1; break;
        case 'P': proxy = atoi(optarg); break;
        case 'S': upstream = atoi(optarg); break;
        case 'i': idle = atoi(optarg); break;
        default: return 2;
        }
    }
    prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    make_request();
    if (idle)
        return hold_idle_connections();

    ready = epoll_create1(0);
    Connection *all = calloc(connections, sizeof(Connection));
    Connection **waiting = calloc(connections, sizeof(Connection *)); // for their next request to be due
    int free_ones = 0;
    for (int i = 0; i < connections; i++)
        open_connection(&all[i]);
    uint64_t start = now(), measured_from = start + warm_up * 1e9, end = measured_from + duration * 1e9;
    uint64_t more = most > (uint64_t)connections ? most - connections : 0; // than the first one on each connection
    uint64_t due = 0, sent = 0, done = 0, measured = 0, armed = 0;
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct epoll_event tick = {.events = EPOLLIN, .data.ptr = NULL}, events[512];
    epoll_ctl(ready, EPOLL_CTL_ADD, timer, &tick);
    for (int i = 0; i < connections; i++) {
        if (rate > 0)
            waiting[free_ones++] = &all[i];
        else if (all[i].fd >= 0)
            send_request(&all[i], now());
    }
    Moment from = moment(proxy, upstream);
    int measuring = warm_up == 0;
    for (uint64_t at = now(); at < end && done < most; at = now()) {
        if (!measuring && at >= measured_from) {
            from = moment(proxy, upstream);
            measuring = 1;
        }
        while (rate > 0 && free_ones > 0 && (due = start + sent * (1e9 / rate)) <= at) {
            Connection *c = waiting[--free_ones];
            if (c->fd < 0)
                open_connection(c);
            if (c->fd < 0) {
                errors++;
                waiting[free_ones++] = c;
            } else {
                send_request(c, due);
            }
            sent++;
        }
        if (rate > 0 && free_ones > 0 && armed != due) {
            struct itimerspec when = {.it_value = {due / 1000000000ull, due % 1000000000ull}};
            timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, 0);
            armed = due;
        }
        int n = epoll_wait(ready, events, 512, 100);
        for (int i = 0; i < n; i++) {
            Connection *c = events[i].data.ptr;
            uint64_t expired;
            if (!c) {
                if (read(timer, &expired, sizeof expired) < 0)
                    continue;
                continue;
            }
            int answered = read_answer(c);
            if (answered == 0)
                continue;
            uint64_t then = now();
            int was_sending = c->sending;
            c->sending = 0;
            if (answered < 0) {
                errors++;
                close(c->fd);
                open_connection(c);
            } else {
                done++;
                if (c->since >= measured_from)
                    record(then - c->since);
                measured += measuring;
            }
            if (rate > 0) {
                if (was_sending)
                    waiting[free_ones++] = c;
            } else if (c->fd >= 0 && sent++ < more) {
                send_request(c, then);
            }
        }
    }
    Moment to = moment(proxy, upstream);
    printf("total=%lu rps=%.0f errors=%lu p50=%.1f p99=%.1f p999=%.1f ", done, measured / ((to.at - from.at) / 1e9),
           errors + other_statuses, percentile_micros(.5), percentile_micros(.99), percentile_micros(.999));
    print_between(from, to, measured);
    printf("\n");
    return 0;
}
