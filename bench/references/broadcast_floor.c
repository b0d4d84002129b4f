/* The floor: epoll, a ready-made frame, one write for each socket: PORT SIZE EVERY. It checks nothing. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Our load asks for no proof of its key. */
static const char WELCOME[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
static int connected[65536], count;

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

int main(int argc, char **given) {
    if (argc < 4) return 2;
    size_t size = (size_t)atoi(given[2]), head = size < 126 ? 2 : 4;
    double every = atof(given[3]), next = now() + every;
    unsigned char *frame = calloc(1, size + head);
    frame[0] = 0x82;
    frame[1] = size < 126 ? (unsigned char)size : 126;
    if (head == 4) {
        frame[2] = (unsigned char)(size >> 8);
        frame[3] = (unsigned char)size;
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), poll = epoll_create1(0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(given[1]))};
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&here, sizeof here) || listen(listener, 4096)) return 1;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[512];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        double left = next - now();
        int ready = epoll_wait(poll, events, 512, left > 0 ? (int)(left * 1000) : 0);
        for (int n = 0; n < ready; n++) {
            char asked[4096];
            int fd = events[n].data.fd;
            if (fd != listener) {
                ssize_t came = read(fd, asked, sizeof asked);
                if (came <= 0) {
                    for (int at = 0; at < count; at++)
                        if (connected[at] == fd) connected[at--] = connected[--count];
                    close(fd);
                } else if (asked[0] == 'G') {
                    if (write(fd, WELCOME, sizeof WELCOME - 1) > 0) connected[count++] = fd;
                }
                continue;
            }
            while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                event.data.fd = fd;
                epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
            }
        }
        if (now() < next) continue;
        next += every;
        for (int n = 0; n < count; n++)
            if (write(connected[n], frame, size + head) < 0) continue;
    }
}
