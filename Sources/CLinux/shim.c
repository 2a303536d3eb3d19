// What Embedded Swift's standard library expects from its platform, and the few calls that are too long for a header.
#define _GNU_SOURCE
#include "CLinux.h"

#include <sys/random.h>
#include <sys/syscall.h>

// Double(String) in Embedded Swift calls this and leaves it to the platform. The process never leaves the C locale,
// so that strtod is it. Returns the end of what was read, or NULL.
__attribute__((weak)) const char *_swift_stdlib_strtod_clocale(const char *text, double *value) {
  char *end;
  *value = strtod(text, &end);
  return end == text ? NULL : end;
}

// The seed of Swift's hashing. In glibc only since 2.36; here on getrandom(2), so that 2.34 suffices.
void arc4random_buf(void *buffer, size_t size) {
  unsigned char *next = buffer;
  while (size > 0) {
    ssize_t count = getrandom(next, size, 0);
    if (count < 0) {
      if (errno == EINTR) continue;
      abort();
    }
    next += count;
    size -= (size_t)count;
  }
}

static char *const *process_arguments;

__attribute__((constructor)) static void capture_arguments(int count, char **arguments) {
  (void)count;
  process_arguments = arguments;
}

char *const *clinux_arguments(void) { return process_arguments; }

int clinux_pipe_cloexec(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int clinux_accept4(int listener, struct sockaddr *peer, socklen_t *size, int flags) {
  return accept4(listener, peer, size, flags);
}

int clinux_pidfd_open(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int clinux_pidfd_send_signal(int process, int signal_number) {
  return (int)syscall(SYS_pidfd_send_signal, process, signal_number, NULL, 0);
}

int clinux_wait(int process, struct clinux_end *end) {
  siginfo_t information = {0};
  if (waitid((idtype_t)3 /* P_PIDFD */, (id_t)process, &information, WEXITED | WNOHANG) < 0) return -1;
  if (information.si_pid == 0) {
    errno = EAGAIN;
    return -1;
  }
  end->exited = information.si_code == CLD_EXITED;
  end->status = information.si_status;
  return 0;
}
