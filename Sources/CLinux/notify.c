// A message to a service manager. Here because control messages are laid out by macros.
#define _GNU_SOURCE
#include "CLinux.h"

#include <stddef.h>
#include <sys/un.h>

ssize_t clinux_notify(int datagrams, const char *receiver, const void *bytes, size_t count, int descriptor) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  size_t length = strlen(receiver);
  if (length == 0 || length >= sizeof name.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(name.sun_path, receiver, length);
  // An abstract name begins with a zero byte, has no other end than its length, and is written with an '@'.
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
  if (receiver[0] == '@') {
    name.sun_path[0] = 0;
    size--;
  }

  struct iovec part = {.iov_base = (void *)bytes, .iov_len = count};
  struct msghdr message = {.msg_name = &name, .msg_namelen = size, .msg_iov = &part, .msg_iovlen = 1};
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr aligned;
  } control = {{0}};
  if (descriptor >= 0) {
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
  }
  return sendmsg(datagrams, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}
