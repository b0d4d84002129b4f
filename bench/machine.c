/* A machine under the app that breaks: comes before the system's library (LD_PRELOAD).

   What is written goes where it should. Beside it stands a second copy of each file that holds only what was synced: what a
   disk has after a power cut. A file that was made or removed since the folder itself was synced is not yet so there.
   KOMPAS_DISK      the folder whose files are followed (SQLite's shared memory is none: it is never synced)
   KOMPAS_SYNCED    the folder with the copies
   KOMPAS_SWITCHES  a file of two numbers of 64 bits: by how many seconds the clock is off, and whether the disk is full */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define FILES 64
#define REAL(name) ({                                     \
    static typeof(&name) found_;                           \
    if (!found_) found_ = (typeof(&name))dlsym(RTLD_NEXT, #name); \
    found_;                                                \
})

struct range { off_t from, to; };
struct file {
    dev_t device;
    ino_t number;
    char name[NAME_MAX + 1];
    int named, copy, count, room;
    struct range *unsynced;
};

static struct file files[FILES];
static int removed_count;
static char removed[FILES][NAME_MAX + 1];
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static const char *disk, *synced;
static volatile int64_t *switches;

__attribute__((constructor)) static void begin(void) {
    disk = getenv("KOMPAS_DISK");
    synced = getenv("KOMPAS_SYNCED");
    const char *name = getenv("KOMPAS_SWITCHES");
    int file = name ? open(name, O_RDONLY) : -1;
    void *at = file < 0 ? MAP_FAILED : mmap(0, 16, PROT_READ, MAP_SHARED, file, 0);
    if (!disk || !synced || at == MAP_FAILED) {
        fputs("machine.c: not told where\n", stderr);
        abort();
    }
    close(file);
    switches = at;
}

/* The name inside our folder; 0 for anything else. */
static const char *ours(const char *path) {
    size_t length = strlen(disk);
    return strncmp(path, disk, length) || path[length] != '/' ? 0 : path + length + 1;
}

static void beside(char *path, const char *sort, const char *name) {
    snprintf(path, PATH_MAX, "%s/%s%s", synced, sort, name);
}

static struct file *known(const struct stat *found) {
    for (int n = 0; n < FILES; n++)
        if (files[n].number == found->st_ino && files[n].device == found->st_dev && *files[n].name) return &files[n];
    return 0;
}

/* The file behind a descriptor when we follow it. Ours is the turn. */
static struct file *followed(int descriptor) {
    struct stat found;
    if (!disk || fstat(descriptor, &found) || !S_ISREG(found.st_mode)) return 0;
    struct file *file = known(&found);
    if (file) return file;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    const char *name = ours(path);
    if (!name || strchr(name, '/') || strstr(name, "-shm") || strstr(name, " (deleted)")) return 0;
    for (file = files; file < files + FILES && *file->name; file++);
    if (file == files + FILES) abort();
    *file = (struct file){.device = found.st_dev, .number = found.st_ino};
    snprintf(file->name, sizeof file->name, "%s", name);
    beside(path, "", file->name);
    file->named = access(path, F_OK) == 0;
    for (int n = 0; n < removed_count; n++)
        if (!strcmp(removed[n], file->name)) file->named = 0;
    if (!file->named) beside(path, ".new-", file->name);
    file->copy = open(path, O_RDWR | O_CREAT | O_CLOEXEC | (file->named ? 0 : O_TRUNC), 0600);
    return file;
}

static void note(struct file *file, off_t from, off_t to) {
    struct range *last = file->count ? &file->unsynced[file->count - 1] : 0;
    if (last && last->to == from) {
        last->to = to;
        return;
    }
    if (file->count == file->room) {
        file->room = file->room ? 2 * file->room : 64;
        file->unsynced = realloc(file->unsynced, file->room * sizeof *file->unsynced);
    }
    file->unsynced[file->count++] = (struct range){from, to};
}

static void copy_synced(struct file *file, int descriptor) {
    static char part[1 << 16];
    struct stat found;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    int from = open(link, O_RDONLY | O_CLOEXEC); /* the descriptor itself may be for writing only */
    for (int n = 0; n < file->count; n++)
        for (off_t at = file->unsynced[n].from; at < file->unsynced[n].to;) {
            size_t most = file->unsynced[n].to - at < (off_t)sizeof part ? file->unsynced[n].to - at : sizeof part;
            ssize_t got = pread(from, part, most, at);
            if (got <= 0) break;
            if (REAL(pwrite)(file->copy, part, got, at) != got) abort();
            at += got;
        }
    close(from);
    if (fstat(descriptor, &found) || REAL(ftruncate)(file->copy, found.st_size)) abort();
    file->count = 0;
}

static void sync_folder(void) {
    char here[PATH_MAX], there[PATH_MAX];
    for (int n = 0; n < removed_count; n++) {
        beside(here, "", removed[n]);
        REAL(unlink)(here);
    }
    removed_count = 0;
    for (struct file *file = files; file < files + FILES; file++)
        if (*file->name && !file->named) {
            beside(here, ".new-", file->name);
            beside(there, "", file->name);
            file->named = rename(here, there) == 0;
        }
}

static void note_sync(int descriptor) {
    struct stat found, folder;
    if (!disk || fstat(descriptor, &found)) return;
    pthread_mutex_lock(&turn);
    if (S_ISDIR(found.st_mode)) {
        if (!stat(disk, &folder) && folder.st_ino == found.st_ino) sync_folder();
    } else {
        struct file *file = followed(descriptor);
        if (file) copy_synced(file, descriptor);
    }
    pthread_mutex_unlock(&turn);
}

int fsync(int descriptor) {
    int failed = REAL(fsync)(descriptor);
    if (!failed) note_sync(descriptor);
    return failed;
}

int fdatasync(int descriptor) {
    int failed = REAL(fdatasync)(descriptor);
    if (!failed) note_sync(descriptor);
    return failed;
}

/* Whether a full disk has no room for this: a file in our folder that would grow. */
static int no_room(int descriptor, off_t to) {
    struct stat found;
    char link[64], path[PATH_MAX];
    if (!switches || !switches[1] || fstat(descriptor, &found) || !S_ISREG(found.st_mode) || to <= found.st_size) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = 0;
    return ours(path) != 0;
}

static ssize_t placed(int descriptor, const void *data, size_t size, off_t at) {
    if (no_room(descriptor, at + (off_t)size)) return errno = ENOSPC, -1;
    pthread_mutex_lock(&turn);
    struct file *file = followed(descriptor);
    ssize_t done = REAL(pwrite)(descriptor, data, size, at);
    if (file && done > 0) note(file, at, at + done);
    pthread_mutex_unlock(&turn);
    return done;
}

ssize_t pwrite(int descriptor, const void *data, size_t size, off_t at) { return placed(descriptor, data, size, at); }
ssize_t pwrite64(int descriptor, const void *data, size_t size, off_t at) { return placed(descriptor, data, size, at); }

ssize_t write(int descriptor, const void *data, size_t size) {
    struct stat found;
    if (!switches || fstat(descriptor, &found) || !S_ISREG(found.st_mode)) return REAL(write)(descriptor, data, size);
    int appends = fcntl(descriptor, F_GETFL) & O_APPEND;
    off_t at = appends ? found.st_size : lseek(descriptor, 0, SEEK_CUR);
    if (no_room(descriptor, at + (off_t)size)) return errno = ENOSPC, -1;
    pthread_mutex_lock(&turn);
    struct file *file = followed(descriptor);
    ssize_t done = REAL(write)(descriptor, data, size);
    if (file && done > 0) note(file, at, at + done);
    pthread_mutex_unlock(&turn);
    return done;
}

/* What is cut off and grows again later holds nothing, where the copy still has what stood there. */
static int shortened(int descriptor, off_t size) {
    struct stat found;
    pthread_mutex_lock(&turn);
    struct file *file = followed(descriptor);
    if (file && !fstat(descriptor, &found) && found.st_size > size) note(file, size, found.st_size);
    int failed = REAL(ftruncate)(descriptor, size);
    pthread_mutex_unlock(&turn);
    return failed;
}

int ftruncate(int descriptor, off_t size) { return shortened(descriptor, size); }
int ftruncate64(int descriptor, off_t size) { return shortened(descriptor, size); }

int unlink(const char *path) {
    struct stat found;
    const char *name = disk ? ours(path) : 0;
    pthread_mutex_lock(&turn);
    struct file *file = name && !stat(path, &found) ? known(&found) : 0;
    int failed = REAL(unlink)(path);
    if (!failed && name && !strchr(name, '/') && !strstr(name, "-shm") && (!file || file->named)) {
        if (removed_count == FILES) abort();
        snprintf(removed[removed_count++], sizeof *removed, "%s", name);
    }
    if (!failed && file) {
        close(file->copy);
        free(file->unsynced);
        *file = (struct file){0};
    }
    pthread_mutex_unlock(&turn);
    return failed;
}

int statvfs(const char *path, struct statvfs *told) {
    int failed = REAL(statvfs)(path, told);
    if (!failed && switches && switches[1]) told->f_bfree = told->f_bavail = 0;
    return failed;
}
int statvfs64(const char *path, struct statvfs64 *told) { return statvfs(path, (struct statvfs *)told); }

int clock_gettime(clockid_t clock, struct timespec *told) {
    int failed = REAL(clock_gettime)(clock, told);
    if (!failed && switches && clock == CLOCK_REALTIME) told->tv_sec += switches[0];
    return failed;
}

int gettimeofday(struct timeval *restrict told, void *restrict zone) {
    int failed = REAL(gettimeofday)(told, zone);
    if (!failed && switches) told->tv_sec += switches[0];
    return failed;
}

time_t time(time_t *told) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return told ? *told = now.tv_sec : now.tv_sec;
}
