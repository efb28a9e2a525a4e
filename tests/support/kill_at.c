// Ends a program at its N-th step that changes a disk, or makes the disk full from there on. Preloaded by
// tests/integration/fixing.py, which compiles it with cc:
//   cc -shared -fPIC -O1 -o kill_at.so kill_at.c
//   STEP_LOG=FILE            each step as a line "NUMBER NAME PATH", written before it is done
//   STEP_AT=N                the step; 0 or not given: none, the steps are only counted
//   STEP_DOES=before|half|after|full|interrupt
//     before, after  SIGKILL before the step or after it
//     half           a write is done by half, then SIGKILL; any other step: as before
//     full           a write is done by half, everything from there on fails with ENOSPC, but deleting
//     interrupt      SIGINT before the step, as by Ctrl-C, and it goes on
// What the program prints (file descriptors 1 and 2) is no step. What the C library does within itself
// (stdio) does not pass here; the program under test writes by file descriptors.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

enum does { COUNT, BEFORE, HALF, AFTER, FULL, INTERRUPT };

static atomic_long steps;
static long at;
static enum does does;
static int log_to = -1;

#define REAL(name) ((__typeof__(&name))real(#name))
static void* real(const char* name) {
  void* found = dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}

__attribute__((constructor)) static void begin(void) {
  const char* path = getenv("STEP_LOG");
  const char* number = getenv("STEP_AT");
  const char* what = getenv("STEP_DOES");
  at = number ? atol(number) : 0;
  if (at > 0 && what)
    does = !strcmp(what, "before")  ? BEFORE
           : !strcmp(what, "half")  ? HALF
           : !strcmp(what, "after") ? AFTER
           : !strcmp(what, "full")  ? FULL
                                    : COUNT;
  if (path) log_to = REAL(open)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

// Notes the step. True: the disk is full for it; a write of `half` bytes and more still does these.
static int step(const char* name, const char* path, int fd) {
  char link[64], target[1024] = "";
  if (!path && fd >= 0) {
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, target, sizeof target - 1);
    target[size > 0 ? size : 0] = 0;
    path = target;
  }
  long number = atomic_fetch_add(&steps, 1) + 1;
  if (log_to >= 0) {
    char line[1200];
    int size = snprintf(line, sizeof line, "%ld %s %s\n", number, name, path ? path : "");
    if (size > (int)sizeof line - 1) size = (int)sizeof line - 1;
    if (REAL(write)(log_to, line, (size_t)size) != size) abort();
  }
  if (number == at &&
      (does == BEFORE || (does == HALF && strncmp(name, "write", 5) && strncmp(name, "pwrite", 6))))
    die();
  if (number == at && does == INTERRUPT) raise(SIGINT);
  return does == FULL && number >= at;
}

static void done(void) {
  if (does == AFTER && atomic_load(&steps) == at) die();
}

static int no_space(void) {
  errno = ENOSPC;
  return -1;
}

static int counted(int fd) {
  return fd != 1 && fd != 2 && fd != log_to;
}

// --- Writing ---

ssize_t write(int fd, const void* data, size_t size) {
  if (!counted(fd)) return REAL(write)(fd, data, size);
  int full = step("write", NULL, fd);
  int here = atomic_load(&steps) == at && (does == HALF || does == FULL);
  if (here && size > 1) {
    ssize_t half = REAL(write)(fd, data, size / 2);
    if (does == HALF) die();
    return half;
  }
  if (here && does == HALF) die();
  if (full) return no_space();
  ssize_t out = REAL(write)(fd, data, size);
  done();
  return out;
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
  int full = step("pwrite", NULL, fd);
  int here = atomic_load(&steps) == at && (does == HALF || does == FULL);
  if (here && size > 1) {
    ssize_t half = REAL(pwrite)(fd, data, size / 2, offset);
    if (does == HALF) die();
    return half;
  }
  if (here && does == HALF) die();
  if (full) return no_space();
  ssize_t out = REAL(pwrite)(fd, data, size, offset);
  done();
  return out;
}
ssize_t pwrite64(int fd, const void* data, size_t size, off64_t offset) {
  return pwrite(fd, data, size, offset);
}

ssize_t writev(int fd, const struct iovec* parts, int count) {
  if (!counted(fd)) return REAL(writev)(fd, parts, count);
  if (step("writev", NULL, fd)) return no_space();
  ssize_t out = REAL(writev)(fd, parts, count);
  done();
  return out;
}

ssize_t copy_file_range(int in, off64_t* from, int out, off64_t* to, size_t size, unsigned flags) {
  if (step("copy_file_range", NULL, out)) return no_space();
  ssize_t result = REAL(copy_file_range)(in, from, out, to, size, flags);
  done();
  return result;
}
ssize_t sendfile(int out, int in, off_t* offset, size_t size);
ssize_t sendfile(int out, int in, off_t* offset, size_t size) {
  if (!counted(out)) return REAL(sendfile)(out, in, offset, size);
  if (step("sendfile", NULL, out)) return no_space();
  ssize_t result = REAL(sendfile)(out, in, offset, size);
  done();
  return result;
}

// --- Calls that do one thing and return 0: noted, then done ---

#define STEP(name, declared, path, fd, call)      \
  int name declared {                             \
    if (step(#name, path, fd)) return no_space(); \
    int out = REAL(name) call;                    \
    done();                                       \
    return out;                                   \
  }
#define DELETES(name, declared, path, call) \
  int name declared {                       \
    step(#name, path, -1);                  \
    int out = REAL(name) call;              \
    done();                                 \
    return out;                             \
  }

STEP(fsync, (int fd), NULL, fd, (fd))
STEP(fdatasync, (int fd), NULL, fd, (fd))
STEP(syncfs, (int fd), NULL, fd, (fd))
STEP(ftruncate, (int fd, off_t size), NULL, fd, (fd, size))
STEP(ftruncate64, (int fd, off64_t size), NULL, fd, (fd, size))
STEP(fallocate, (int fd, int mode, off_t from, off_t size), NULL, fd, (fd, mode, from, size))
STEP(posix_fallocate, (int fd, off_t from, off_t size), NULL, fd, (fd, from, size))
STEP(fchmod, (int fd, mode_t mode), NULL, fd, (fd, mode))
STEP(fchown, (int fd, uid_t user, gid_t group), NULL, fd, (fd, user, group))
STEP(futimens, (int fd, const struct timespec times[2]), NULL, fd, (fd, times))
STEP(mkdir, (const char* path, mode_t mode), path, -1, (path, mode))
STEP(mkdirat, (int folder, const char* path, mode_t mode), path, -1, (folder, path, mode))
STEP(rename, (const char* from, const char* to), to, -1, (from, to))
STEP(renameat, (int a, const char* from, int b, const char* to), to, -1, (a, from, b, to))
STEP(renameat2, (int a, const char* from, int b, const char* to, unsigned flags), to, -1,
     (a, from, b, to, flags))
STEP(link, (const char* from, const char* to), to, -1, (from, to))
STEP(linkat, (int a, const char* from, int b, const char* to, int flags), to, -1, (a, from, b, to, flags))
STEP(symlink, (const char* from, const char* to), to, -1, (from, to))
STEP(symlinkat, (const char* from, int folder, const char* to), to, -1, (from, folder, to))
STEP(setxattr, (const char* path, const char* name, const void* data, size_t size, int flags), path, -1,
     (path, name, data, size, flags))
STEP(lsetxattr, (const char* path, const char* name, const void* data, size_t size, int flags), path, -1,
     (path, name, data, size, flags))
STEP(fsetxattr, (int fd, const char* name, const void* data, size_t size, int flags), NULL, fd,
     (fd, name, data, size, flags))
DELETES(unlink, (const char* path), path, (path))
DELETES(unlinkat, (int folder, const char* path, int flags), path, (folder, path, flags))
DELETES(rmdir, (const char* path), path, (path))

// --- Opening, where that makes a file ---

static mode_t mode_of(int flags, va_list more) {
  return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(more, int) : 0;
}

#define OPENS(name, declared, path, call)                       \
  int name declared {                                           \
    va_list more;                                               \
    va_start(more, flags);                                      \
    mode_t mode = mode_of(flags, more);                         \
    va_end(more);                                               \
    if (!(flags & (O_CREAT | O_TRUNC))) return REAL(name) call; \
    if (step(#name, path, -1)) return no_space();               \
    int out = REAL(name) call;                                  \
    done();                                                     \
    return out;                                                 \
  }
OPENS(open, (const char* path, int flags, ...), path, (path, flags, mode))
OPENS(open64, (const char* path, int flags, ...), path, (path, flags, mode))
OPENS(openat, (int folder, const char* path, int flags, ...), path, (folder, path, flags, mode))
OPENS(openat64, (int folder, const char* path, int flags, ...), path, (folder, path, flags, mode))

// openat2 and, with older C libraries, renameat2 are called by their numbers.
long syscall(long number, ...) {
  va_list more;
  va_start(more, number);
  long a[6];
  for (int i = 0; i < 6; ++i) a[i] = va_arg(more, long);
  va_end(more);
  const char* name = number == SYS_renameat2 ? "renameat2" : NULL;
  const char* path = name ? (const char*)a[3] : NULL;
#ifdef SYS_openat2
  // struct open_how begins with the flags, 64 bits.
  if (number == SYS_openat2 && *(const unsigned long long*)a[2] & (O_CREAT | O_TRUNC)) {
    name = "openat2";
    path = (const char*)a[1];
  }
#endif
  if (name && step(name, path, -1)) return no_space();
  long out = REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  if (name) done();
  return out;
}
