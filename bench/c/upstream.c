// upstream PORT | upstream /PATH: as cheap an HTTP/1.1 server as can be, so that the proxy is what is measured.
// Answers /small with 1 KiB, /big with 64 KiB and /never not at all; reads bodies with a Content-Length and throws them away. One thread.
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct {
    char *bytes;
    int length;
} Response;

typedef struct {
    int fd;
    int length;    // bytes read and not yet dealt with
    long body;     // bytes of the current request's body still to come
    Response *out; // what is being sent; NULL for nothing
    int sent;      // bytes of it
    char in[16384];
} Connection;

static int ready;
static Response small, big;

static Response make(int bytes) {
    Response made;
    made.bytes = malloc(bytes + 512);
    int head = sprintf(made.bytes,
                       "HTTP/1.1 200 OK\r\nServer: upstream\r\nDate: Fri, 20 Nov 2026 22:00:00 GMT\r\n"
                       "Content-Type: application/octet-stream\r\nContent-Length: %d\r\nX-Up: 1\r\n\r\n",
                       bytes);
    memset(made.bytes + head, 'a', bytes);
    made.length = head + bytes;
    return made;
}

static void watch(Connection *c, int how, int events) {
    struct epoll_event event = {.events = events, .data.ptr = c};
    epoll_ctl(ready, how, c->fd, &event);
}

// 1 when all was sent, 0 when the peer has to read first, -1 when it is gone
static int send_rest(Connection *c) {
    while (c->out && c->sent < c->out->length) {
        int n = send(c->fd, c->out->bytes + c->sent, c->out->length - c->sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) {
            watch(c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
            return 0;
        }
        if (n < 0)
            return -1;
        c->sent += n;
    }
    return 1;
}

static void drop(Connection *c, long bytes) {
    memmove(c->in, c->in + bytes, c->length - bytes);
    c->length -= bytes;
}

// reads the head of a request, where there is a whole one
static int take_head(Connection *c) {
    c->in[c->length] = 0;
    char *end = memmem(c->in, c->length, "\r\n\r\n", 4);
    if (!end)
        return 0;
    *end = 0;
    char *length = strcasestr(c->in, "\r\ncontent-length:");
    c->body = length ? atol(length + 17) : 0;
    c->out = strstr(c->in, "/never ") ? NULL : strstr(c->in, " /big") ? &big : &small;
    c->sent = 0;
    drop(c, end + 4 - c->in);
    return 1;
}

static int answer_all(Connection *c, int in_body) {
    for (;;) {
        if (!in_body && !take_head(c))
            return 0;
        long here = c->body < c->length ? c->body : c->length;
        drop(c, here);
        c->body -= here;
        if (c->body > 0)
            return 0;
        in_body = 0;
        if (send_rest(c) < 0)
            return -1;
    }
}

static int serve(Connection *c, int events) {
    if (events & EPOLLOUT) {
        int sent = send_rest(c);
        if (sent < 0)
            return -1;
        if (sent == 1)
            watch(c, EPOLL_CTL_MOD, EPOLLIN);
    }
    int n = recv(c->fd, c->in + c->length, sizeof c->in - 1 - c->length, 0);
    if (n < 0 && errno == EAGAIN)
        return 0;
    if (n <= 0)
        return -1;
    c->length += n;
    return answer_all(c, c->body > 0);
}

static int listen_at(const char *where) {
    int one = 1, local = *where == '/';
    int fd = socket(local ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_un path = {.sun_family = AF_UNIX};
    struct sockaddr_in port = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (local) {
        strncpy(path.sun_path, where, sizeof path.sun_path - 1);
        unlink(where);
    } else {
        port.sin_port = htons(atoi(where));
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, local ? (void *)&path : (void *)&port, local ? sizeof path : sizeof port) || listen(fd, 4096)) {
        perror(where);
        exit(1);
    }
    return fd;
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: upstream PORT | upstream /PATH\n");
        return 2;
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGPIPE, SIG_IGN);
    small = make(1024);
    big = make(65536);
    Connection door = {.fd = listen_at(arguments[1])};
    ready = epoll_create1(0);
    watch(&door, EPOLL_CTL_ADD, EPOLLIN);
    struct epoll_event events[512];
    for (;;) {
        int n = epoll_wait(ready, events, 512, -1);
        for (int i = 0; i < n; i++) {
            Connection *c = events[i].data.ptr;
            if (c == &door) {
                int fd, one = 1;
                while ((fd = accept4(door.fd, 0, 0, SOCK_NONBLOCK)) >= 0) {
                    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                    Connection *fresh = calloc(1, sizeof(Connection));
                    fresh->fd = fd;
                    watch(fresh, EPOLL_CTL_ADD, EPOLLIN);
                }
            } else if (serve(c, events[i].events) < 0) {
                close(c->fd);
                free(c);
            }
        }
    }
}
