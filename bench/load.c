/* Load for a server on this machine: WebSocket clients that count what they hear, and requests that are timed.
 *
 * load FRAMES PORT[,PORT]        Commands come over stdin; each answers with one line of JSON on stdout.
 *   connect FILE LIMIT SPREAD FIRST HELLO   opens a socket for every upgrade request in FILE, within SPREAD seconds,
 *                                           and waits at most LIMIT seconds for the first message (FIRST=1) or for
 *                                           the upgrade (FIRST=0) of each; HELLO is sent then, "-" is nothing
 *   post FILE AT_ONCE RATE SECONDS CYCLE    RATE 0: AT_ONCE requests at a time; else RATE a second, over at most
 *                                           AT_ONCE connections, timed from when each should have gone
 *   listen SECONDS
 *   drop                                    closes every socket
 * FILE holds requests: a length of four bytes, then the bytes. Times go to FILE.times: three doubles for each
 * (began, ended, status), on the monotonic clock. What the first two sockets hear is kept in FRAMES:
 * a double, the socket, a length, and the message.
 */
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
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { KEPT = 2, LOOPBACKS = 8, EVENTS = 1024, ROOM = 1 << 16, AT_THE_DOOR = 2000 };
enum state { CLOSED, UPGRADING, OPEN, IDLE, WAITING };

struct peer {
    int fd, number, is_post;
    enum state state;
    double began, ended;
    /* of an answer */
    char head[4096];
    size_t head_size;
    long body_left;
    int status, request;
    const char *unsent;
    size_t unsent_size;
    /* of a frame */
    unsigned char frame[14], control[125];
    int frame_size, opcode;
    uint64_t left;
    size_t control_size;
    char *kept;
    size_t kept_size;
};

struct requests { char *all; size_t count; char **at; uint32_t *size; };

static int epoll, ports[8], port_count, ended_input;
static FILE *frames_file;
static struct peer *sockets, *posts;
static size_t socket_count, post_count;
static const char *hello = "-";
static int wants_first;
static uint64_t frames, frame_bytes, lost;
static double *times;
static size_t done;

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static double used(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static struct requests load_requests(const char *name) {
    struct requests found = {0};
    FILE *file = fopen(name, "rb");
    if (!file) die(name);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    found.all = malloc((size_t)size + 1);
    if (fread(found.all, 1, (size_t)size, file) != (size_t)size) die(name);
    fclose(file);
    for (long at = 0; at < size; found.count++) at += 4 + (long)*(uint32_t *)(found.all + at);
    found.at = malloc(sizeof(char *) * (found.count + 1));
    found.size = malloc(sizeof(uint32_t) * (found.count + 1));
    char *at = found.all;
    for (size_t n = 0; n < found.count; n++) {
        found.size[n] = *(uint32_t *)at;
        found.at[n] = at + 4;
        at += 4 + found.size[n];
    }
    return found;
}

static void free_requests(struct requests gone) {
    free(gone.all);
    free(gone.at);
    free(gone.size);
}

static void watch(struct peer *peer, uint32_t events, int how) {
    struct epoll_event event = {.events = events, .data.ptr = peer};
    epoll_ctl(epoll, how, peer->fd, &event);
}

static int open_to(struct peer *peer) {
    int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) die("socket");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    struct sockaddr_in from = {.sin_family = AF_INET};
    from.sin_addr.s_addr = htonl(0x7f000001u + (uint32_t)(peer->number % LOOPBACKS));
    (void)!bind(fd, (struct sockaddr *)&from, sizeof from);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)ports[peer->number % port_count])};
    to.sin_addr.s_addr = htonl(0x7f000001u);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS) {
        close(fd);
        return 0;
    }
    peer->fd = fd;
    return 1;
}

static void shut(struct peer *peer) {
    if (peer->fd >= 0) close(peer->fd);
    peer->fd = -1;
    peer->state = CLOSED;
}

static void settle(struct peer *peer, int status) {
    times[peer->request * 3] = peer->began;
    times[peer->request * 3 + 1] = now();
    times[peer->request * 3 + 2] = status;
    done++;
}

static void say(struct peer *peer, int opcode, const void *text, size_t size) {
    unsigned char frame[6 + 125] = {0x80 | (unsigned char)opcode, 0x80 | (unsigned char)size};
    memcpy(frame + 6, text, size); /* the mask is four zeros */
    (void)!write(peer->fd, frame, 6 + size);
}

static void heard_first(struct peer *peer) {
    if (peer->ended) return;
    peer->ended = now();
    settle(peer, 101);
}

static void end_of_frame(struct peer *peer) {
    int fin = peer->frame[0] & 0x80, opcode = peer->frame[0] & 15;
    peer->frame_size = 0;
    if (opcode == 9) say(peer, 10, peer->control, peer->control_size);
    if (opcode >= 8) return;
    frames += fin != 0;
    if (wants_first) heard_first(peer);
    if (fin && peer->number < KEPT) {
        double at = now();
        uint32_t about[2] = {(uint32_t)peer->number, (uint32_t)peer->kept_size};
        fwrite(&at, sizeof at, 1, frames_file);
        fwrite(about, sizeof about, 1, frames_file);
        fwrite(peer->kept, 1, peer->kept_size, frames_file);
        fflush(frames_file);
        peer->kept_size = 0;
    }
}

static void hear(struct peer *peer, const unsigned char *data, size_t size) {
    frame_bytes += size;
    while (size) {
        int need = 2;
        if (peer->frame_size >= 2) need = (peer->frame[1] & 127) < 126 ? 2 : (peer->frame[1] & 127) == 126 ? 4 : 10;
        if (peer->frame_size < need) {
            peer->frame[peer->frame_size++] = *data++;
            size--;
            if (peer->frame_size < 2) continue;
            need = (peer->frame[1] & 127) < 126 ? 2 : (peer->frame[1] & 127) == 126 ? 4 : 10;
            if (peer->frame_size < need) continue;
            peer->left = peer->frame[1] & 127;
            if (need > 2) peer->left = 0;
            for (int n = 2; n < need; n++) peer->left = peer->left << 8 | peer->frame[n];
            peer->control_size = 0;
            if (!peer->left) end_of_frame(peer);
            continue;
        }
        size_t part = size < peer->left ? size : (size_t)peer->left;
        if ((peer->frame[0] & 15) >= 8) {
            if (peer->control_size + part <= sizeof peer->control) memcpy(peer->control + peer->control_size, data, part);
            peer->control_size += part;
        } else if (peer->number < KEPT) {
            peer->kept = realloc(peer->kept, peer->kept_size + part);
            memcpy(peer->kept + peer->kept_size, data, part);
            peer->kept_size += part;
        }
        data += part;
        size -= part;
        peer->left -= part;
        if (!peer->left) end_of_frame(peer);
    }
}

static void lose(struct peer *peer) {
    if (peer->is_post) {
        if (peer->state == WAITING) settle(peer, 0);
    } else if (!peer->ended) {
        settle(peer, 0);
        peer->ended = now();
    }
    lost++;
    shut(peer);
}

/* Takes the head of an answer out of what came. Returns how much was taken, or -1 while it is not whole. */
static long take_head(struct peer *peer, const char *data, size_t size) {
    size_t before = peer->head_size, room = sizeof peer->head - 1 - before, part = size < room ? size : room;
    memcpy(peer->head + before, data, part);
    peer->head_size += part;
    peer->head[peer->head_size] = 0;
    char *end = strstr(peer->head, "\r\n\r\n");
    if (!end) return -1;
    peer->status = atoi(peer->head + 9);
    char *length = strcasestr(peer->head, "\r\ncontent-length:");
    peer->body_left = length && length < end ? atol(length + 17) : 0;
    return end + 4 - peer->head - (long)before;
}

static void readable(struct peer *peer) {
    static char data[ROOM];
    for (;;) {
        ssize_t size = read(peer->fd, data, sizeof data);
        if (size < 0 && errno == EAGAIN) return;
        if (size <= 0) {
            lose(peer);
            return;
        }
        size_t at = 0, all = (size_t)size;
        while (at < all && peer->state != CLOSED) {
            if (peer->state == OPEN) {
                hear(peer, (unsigned char *)data + at, all - at);
                break;
            }
            if (peer->body_left < 0) {
                long taken = take_head(peer, data + at, all - at);
                if (taken < 0) break;
                at += (size_t)taken;
                if (peer->state == UPGRADING && peer->status == 101) {
                    peer->state = OPEN;
                    if (*hello != '-') say(peer, 1, hello, strlen(hello));
                    if (!wants_first) heard_first(peer);
                    continue;
                }
            }
            size_t part = all - at < (size_t)peer->body_left ? all - at : (size_t)peer->body_left;
            at += part;
            peer->body_left -= (long)part;
            if (peer->body_left) continue;
            if (peer->state == UPGRADING) {
                lose(peer);
            } else if (peer->state == WAITING) {
                settle(peer, peer->status);
                peer->state = IDLE;
                break;
            } else {
                break;
            }
        }
        if (peer->state == CLOSED || all < sizeof data) return;
    }
}

static void turn(int wait_ms) {
    struct epoll_event events[EVENTS];
    int count = epoll_wait(epoll, events, EVENTS, wait_ms);
    for (int n = 0; n < count; n++) {
        struct peer *peer = events[n].data.ptr;
        if (!peer) {
            ended_input = 1;
        } else if (peer->state != CLOSED) {
            if (events[n].events & EPOLLOUT) {
                ssize_t sent = write(peer->fd, peer->unsent, peer->unsent_size);
                if (sent == (ssize_t)peer->unsent_size) watch(peer, EPOLLIN, EPOLL_CTL_MOD);
                else if (sent >= 0 || errno != EAGAIN) lose(peer);
            }
            if (events[n].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) readable(peer);
        }
    }
}

/* The requests are smaller than a socket's buffer: they go in one piece, at once or when the connection is there. */
static void send_request(struct peer *peer, const char *text, size_t size) {
    peer->head_size = 0;
    peer->body_left = -1;
    ssize_t sent = write(peer->fd, text, size);
    if (sent == (ssize_t)size) return;
    peer->unsent = text;
    peer->unsent_size = size;
    watch(peer, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
}

static void write_times(const char *name, size_t count) {
    char path[4096];
    snprintf(path, sizeof path, "%s.times", name);
    FILE *file = fopen(path, "wb");
    if (!file) die(path);
    fwrite(times, sizeof(double) * 3, count, file);
    fclose(file);
    free(times);
    times = NULL;
}

static void report(double began, double cpu) {
    double taken = now() - began;
    size_t open = 0;
    for (size_t n = 0; n < socket_count; n++) open += sockets[n].state == OPEN;
    printf("{\"seconds\": %.6f, \"busy\": %.4f, \"frames\": %llu, \"bytes\": %llu, \"open\": %zu, \"lost\": %llu}\n", taken,
           taken > 0 ? (used() - cpu) / taken : 0, (unsigned long long)frames, (unsigned long long)frame_bytes, open,
           (unsigned long long)lost);
    fflush(stdout);
}

static void connect_all(const char *name, double limit, double spread, int first, const char *greeting) {
    struct requests given = load_requests(name);
    size_t count = given.count, next = 0;
    socket_count = count;
    sockets = calloc(count + 1, sizeof *sockets);
    times = calloc(count * 3 + 3, sizeof *times);
    hello = strdup(greeting);
    wants_first = first;
    done = 0;
    double began = now(), cpu = used();
    for (size_t n = 0; n < count; n++) sockets[n].fd = -1;
    while (done < count && now() - began < limit) {
        int made = 0;
        while (next < count && next - done < AT_THE_DOOR && made < 64 && now() - began >= spread * (double)next / (double)count) {
            struct peer *peer = &sockets[next];
            peer->number = (int)next;
            peer->request = (int)next;
            peer->began = spread > 0 ? began + spread * (double)next / (double)count : now();
            next++;
            made++;
            if (!open_to(peer)) {
                settle(peer, 0);
                peer->ended = now();
                continue;
            }
            peer->state = UPGRADING;
            watch(peer, EPOLLIN, EPOLL_CTL_ADD);
            send_request(peer, given.at[peer->number], given.size[peer->number]);
        }
        turn(next < count ? (spread > 0 ? 1 : 0) : 20);
    }
    for (size_t n = 0; n < count; n++) { /* who is not in now gives up, and does not come in later */
        struct peer *peer = &sockets[n];
        if (peer->ended) continue;
        if (n >= next) peer->began = began, peer->request = (int)n;
        settle(peer, 0);
        shut(peer);
    }
    write_times(name, count);
    free_requests(given);
    report(began, cpu);
}

static void post_all(const char *name, size_t at_once, double rate, double seconds, int cycle) {
    struct requests given = load_requests(name);
    size_t most = cycle ? (size_t)(seconds * 60000) : given.count, next = 0;
    post_count = at_once;
    posts = calloc(at_once + 1, sizeof *posts);
    times = calloc(most * 3 + 3, sizeof *times);
    done = 0;
    for (size_t n = 0; n < at_once; n++) {
        posts[n].number = (int)n;
        posts[n].is_post = 1;
        posts[n].fd = -1;
        posts[n].state = CLOSED;
    }
    double began = now(), cpu = used();
    while (done < most) {
        double at = now();
        int over = at - began >= seconds;
        if (over && (rate > 0 || next == done)) break;
        if (at - began >= seconds + 5) break;
        for (size_t n = 0; n < at_once && next < most && !over; n++) {
            struct peer *peer = &posts[n];
            double should = rate > 0 ? began + (double)next / rate : at;
            if (should > at) break;
            if (peer->state == WAITING) continue;
            if (peer->state == CLOSED) {
                if (!open_to(peer)) continue;
                peer->state = IDLE;
                watch(peer, EPOLLIN, EPOLL_CTL_ADD);
            }
            size_t which = cycle ? next % given.count : next;
            peer->request = (int)next++;
            peer->began = should;
            peer->state = WAITING;
            send_request(peer, given.at[which], given.size[which]);
        }
        turn(rate > 0 ? 1 : 10);
    }
    double asked = rate > 0 ? rate * seconds : (double)next;
    for (size_t n = 0; n < at_once; n++)
        if (posts[n].state == WAITING) settle(&posts[n], 0);
    if (rate > 0 && asked < (double)most) most = (size_t)asked;
    for (; next < most && rate > 0; next++) { /* what should have gone and could not */
        times[next * 3] = began + (double)next / rate;
        times[next * 3 + 1] = now();
    }
    write_times(name, next);
    for (size_t n = 0; n < at_once; n++) shut(&posts[n]);
    free(posts);
    posts = NULL;
    free_requests(given);
    report(began, cpu);
}

static void listen_for(double seconds) {
    double began = now(), cpu = used();
    while (now() - began < seconds) turn(10);
    report(began, cpu);
}

static void drop(void) {
    double began = now(), cpu = used();
    for (size_t n = 0; n < socket_count; n++) {
        shut(&sockets[n]);
        free(sockets[n].kept);
    }
    free(sockets);
    sockets = NULL;
    socket_count = 0;
    report(began, cpu);
}

int main(int count, char **given) {
    if (count < 3) return 2;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    frames_file = fopen(given[1], "wb");
    if (!frames_file) die(given[1]);
    for (char *port = strtok(given[2], ","); port && port_count < 8; port = strtok(NULL, ","))
        ports[port_count++] = atoi(port);
    epoll = epoll_create1(0);
    struct epoll_event input = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &input);
    fcntl(0, F_SETFL, 0);
    setvbuf(stdin, NULL, _IONBF, 0);
    char line[8192], name[4096], greeting[256];
    for (;;) {
        ended_input = 0;
        while (!ended_input) turn(1000); /* between commands sockets are read too */
        if (!fgets(line, sizeof line, stdin)) return 0;
        frames = frame_bytes = lost = 0;
        double a, b, c;
        int d;
        size_t n;
        if (sscanf(line, "connect %4095s %lf %lf %d %255s", name, &a, &b, &d, greeting) == 5) connect_all(name, a, b, d, greeting);
        else if (sscanf(line, "post %4095s %zu %lf %lf %d", name, &n, &b, &c, &d) == 5) post_all(name, n, b, c, d);
        else if (sscanf(line, "listen %lf", &a) == 1) listen_for(a);
        else drop();
    }
}
