// first PORT SETTLE_MILLISECONDS COMMAND...: starts the command, which must become the proxy by exec, and asks it for
// /small until that is answered with 200. Prints the time to there, then, once it has settled, what memory it takes;
// ends it.
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now() {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static int answers(int port) {
    static const char request[] = "GET /small HTTP/1.1\r\nHost: x\r\n\r\n";
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    char answer[4096];
    int fd = socket(AF_INET, SOCK_STREAM, 0), good = 0;
    if (connect(fd, (void *)&to, sizeof to) == 0 && send(fd, request, sizeof request - 1, MSG_NOSIGNAL) > 0) {
        int n = recv(fd, answer, sizeof answer, 0);
        good = n > 12 && memcmp(answer + 9, "200", 3) == 0;
    }
    close(fd);
    return good;
}

static long resident_kib(pid_t process) {
    char name[64], line[256];
    long kib = 0;
    snprintf(name, sizeof name, "/proc/%d/smaps_rollup", process);
    FILE *file = fopen(name, "r");
    while (file && fgets(line, sizeof line, file))
        sscanf(line, "Rss: %ld", &kib);
    if (file)
        fclose(file);
    return kib;
}

int main(int count, char **arguments) {
    if (count < 4) {
        fprintf(stderr, "usage: first PORT SETTLE_MILLISECONDS COMMAND...\n");
        return 2;
    }
    double start = now();
    pid_t process = fork();
    if (process == 0) {
        int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, 1);
        dup2(nowhere, 2);
        execvp(arguments[3], arguments + 3);
        _exit(127);
    }
    while (!answers(atoi(arguments[1]))) {
        if (waitpid(process, 0, WNOHANG) == process || now() - start > 60000) {
            fprintf(stderr, "first: no answer\n");
            kill(process, SIGKILL);
            return 1;
        }
        usleep(500);
    }
    double first = now() - start;
    usleep(atoi(arguments[2]) * 1000);
    printf("first_ms=%.1f rss_kib=%ld\n", first, resident_kib(process));
    kill(process, SIGTERM);
    for (int i = 0; i < 250; i++) {
        if (waitpid(process, 0, WNOHANG) == process)
            return 0;
        usleep(20000);
    }
    kill(process, SIGKILL);
    waitpid(process, 0, 0);
}
