// The floor: what answering a probe costs on this machine when nothing is computed, logged or configured. It does with
// each connection what the daemon does (accept, send the line in one call, shut down the sending side, take what the
// prober says until it closes, close) in as few system calls as that can be done with, and nothing else. The bench
// prints the daemon's numbers as ratios to these.
//
//     floor PORT        answers `100% up` on 127.0.0.1 until it is killed
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// A prober that never closes is dropped after this time. The check runs as seldom.
enum { PATIENCE_SECONDS = 2, MOST_DESCRIPTORS = 16384, BATCH = 64 };

static const char line[] = "100% up\n";

// When each open connection was accepted, in seconds since boot; 0 for a descriptor that is none.
static time_t accepted[MOST_DESCRIPTORS];
static int open_connections;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static time_t seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return now.tv_sec + 1;
}

static void forget(int descriptor) {
  accepted[descriptor] = 0;
  open_connections -= 1;
  close(descriptor);
}

// Throws away what has come. True at the end of the input, or at a reset.
static bool drain(int descriptor) {
  char scratch[1024];
  ssize_t count = recv(descriptor, scratch, sizeof scratch, 0);
  return count == 0 || (count < 0 && errno != EAGAIN);
}

static void answer(int descriptor, int poll) {
  if (send(descriptor, line, sizeof line - 1, MSG_NOSIGNAL) < 0) {
    close(descriptor);
    return;
  }
  shutdown(descriptor, SHUT_WR);
  if (descriptor >= MOST_DESCRIPTORS || drain(descriptor)) {
    close(descriptor);
    return;
  }
  struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
  if (epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) < 0) fail("epoll_ctl");
  accepted[descriptor] = seconds();
  open_connections += 1;
}

static void drop_the_silent(void) {
  time_t now = seconds();
  for (int descriptor = 0; descriptor < MOST_DESCRIPTORS; descriptor += 1)
    if (accepted[descriptor] != 0 && now - accepted[descriptor] >= PATIENCE_SECONDS) forget(descriptor);
}

int main(int count, char **arguments) {
  if (count != 2) {
    fputs("usage: floor PORT\n", stderr);
    return 2;
  }
  struct rlimit descriptors = {MOST_DESCRIPTORS, MOST_DESCRIPTORS};
  setrlimit(RLIMIT_NOFILE, &descriptors);

  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int yes = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(arguments[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
  if (listen(listener, SOMAXCONN) < 0) fail("listen");

  int poll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
  if (epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event) < 0) fail("epoll_ctl");

  time_t checked = seconds();
  for (;;) {
    struct epoll_event events[BATCH];
    int ready = epoll_wait(poll, events, BATCH, open_connections > 0 ? PATIENCE_SECONDS * 1000 : -1);
    for (int index = 0; index < ready; index += 1) {
      int descriptor = events[index].data.fd;
      if (descriptor != listener) {
        if (drain(descriptor)) forget(descriptor);
        continue;
      }
      int connection;
      while ((connection = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) answer(connection, poll);
    }
    time_t now = seconds();
    if (now - checked >= PATIENCE_SECONDS) {
      checked = now;
      drop_the_silent();
    }
  }
}
