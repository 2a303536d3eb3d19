// The system headers for Swift, and a shim for what C cannot hand to it, each with its reason.
#ifndef CLINUX_H
#define CLINUX_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <linux/netlink.h>
#include <malloc.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

// `errno` is a macro around a call.
static inline int clinux_errno(void) { return errno; }
static inline void clinux_clear_errno(void) { errno = 0; }

// Swift cannot call variadic functions: open, fcntl, syscall, prctl.
static inline int clinux_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }
static inline int clinux_window_size(int descriptor, struct winsize *size) { return ioctl(descriptor, TIOCGWINSZ, size); }
static inline int clinux_dup_cloexec(int descriptor, int least) { return fcntl(descriptor, F_DUPFD_CLOEXEC, least); }
static inline int clinux_set_cloexec(int descriptor) { return fcntl(descriptor, F_SETFD, FD_CLOEXEC); }
static inline int clinux_get_flags(int descriptor) { return fcntl(descriptor, F_GETFL); }
static inline int clinux_set_flags(int descriptor, int flags) { return fcntl(descriptor, F_SETFL, flags); }

// Declared only for GNU programs, which the importer of this header is not.
int clinux_pipe_cloexec(int ends[2]);
int clinux_accept4(int listener, struct sockaddr *peer, socklen_t *size, int flags);

// The structures have the same names, and in Swift the types win.
static inline int clinux_stat(const char *path, struct stat *status) { return stat(path, status); }
static inline int clinux_statvfs(const char *path, struct statvfs *status) { return statvfs(path, status); }

// NULL means the end or an error, and only errno, cleared before, tells which. Swift cannot assign to errno.
static inline struct dirent *clinux_readdir(DIR *directory, int *error) {
  errno = 0;
  struct dirent *entry = readdir(directory);
  *error = entry ? 0 : errno;
  return entry;
}
// An array of 256 bytes, which Swift would take for a tuple of as many.
static inline const char *clinux_entry_name(const struct dirent *entry) { return entry->d_name; }

// `openat` is variadic, too.
static inline int clinux_open_at(int directory, const char *path, int flags) { return openat(directory, path, flags); }

static inline int clinux_lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }

// The kind of limit is an enumeration in some versions and a number in others.
static inline int clinux_get_descriptor_limit(struct rlimit *limit) { return getrlimit(RLIMIT_NOFILE, limit); }
static inline int clinux_set_descriptor_limit(const struct rlimit *limit) { return setrlimit(RLIMIT_NOFILE, limit); }

// By number, because glibc 2.36 is the first with wrappers, and 2.34 is all that the rest needs.
int clinux_pidfd_open(pid_t process);
int clinux_pidfd_send_signal(int process, int signal);

// `struct epoll_event` is packed on x86-64 and not on arm64; only C knows where its 64 bits lie.
static inline int clinux_epoll_ctl(int epoll, int operation, int descriptor, uint32_t events, uint64_t token) {
  struct epoll_event event = {.events = events, .data = {.u64 = token}};
  return epoll_ctl(epoll, operation, descriptor, &event);
}
static inline struct epoll_event *clinux_epoll_events(int count) { return calloc((size_t)count, sizeof(struct epoll_event)); }
static inline uint32_t clinux_epoll_flags(const struct epoll_event *events, int index) { return events[index].events; }
static inline uint64_t clinux_epoll_token(const struct epoll_event *events, int index) { return events[index].data.u64; }

static inline void clinux_die_with_parent(void) { (void)prctl(PR_SET_PDEATHSIG, SIGKILL); }

// SIG_IGN and SIG_DFL are casts in macros.
static inline void clinux_ignore(int signal_number) { (void)signal(signal_number, SIG_IGN); }
static inline void clinux_default(int signal_number) { (void)signal(signal_number, SIG_DFL); }

// The path of a unix socket is an array in a structure. False where it is too long.
static inline int clinux_local_name(struct sockaddr_un *name, const char *path) {
  if (strlen(path) >= sizeof name->sun_path) return 0;
  *name = (struct sockaddr_un){.sun_family = AF_UNIX};
  strcpy(name->sun_path, path);
  return 1;
}

// Who is at the other end of a unix socket: `struct ucred` is there for GNU programs only, which the importer of this
// header is not.
struct clinux_peer {
  pid_t process;
  uid_t user;
  gid_t group;
};

// How a process ended: the fields of siginfo_t are macros into a union.
struct clinux_end {
  int exited;  // 1: `status` is the exit status; 0: it is the signal
  int status;
};
// 0 and `*end` filled; or -1 with errno, EAGAIN where the process still runs. Reaps the process.
int clinux_wait(int process, struct clinux_end *end);

// A new process: the program at `path` with these arguments and this environment. Its descriptors 0, 1, 2, ... are
// copies of those in `descriptors`, which have numbers not below `count` (-1 makes it the null device), and there is no
// other. Signals are neither blocked nor ignored in it. Returns 0 or an error number.
int clinux_spawn(pid_t *process, const char *path, char *const arguments[], char *const environment[],
                 const int *descriptors, int count, int own_group);

// Sends a message to a local datagram socket, with a copy of `descriptor` unless that is negative; never waits.
// `receiver` is a path, or `@` and an abstract name. -1 and errno where it was not sent.
ssize_t clinux_notify(int datagrams, const char *receiver, const void *bytes, size_t count, int descriptor);

// st_mtim and its like are macros into a struct.
static inline int64_t clinux_modified_seconds(const struct stat *status) { return status->st_mtim.tv_sec; }
static inline int64_t clinux_modified_nanoseconds(const struct stat *status) { return status->st_mtim.tv_nsec; }

// The arguments of this process, NULL at the end, as glibc hands them to constructors.
// Embedded Swift has no CommandLine.
char *const *clinux_arguments(void);

// Dies at once, at this very place.
_Noreturn static inline void clinux_trap(void) { __builtin_trap(); }

// Writes where the process crashed to standard error, then lets it die of the same signal. `prefix` stands before the
// line ("<2>" under a service manager); it is not copied.
void clinux_install_crash_handler(const char *prefix);

#endif
