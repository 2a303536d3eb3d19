// A file system that hangs on command. It holds a file, `number`, whose contents are `12345` and an end of line, and
// shows those that lie in the directory $HANG_FILES; each of its operations waits while a file of the operation's name exists in the directory $HANG_GATES, as a dead server
// would keep it waiting. Whoever waits is in the kernel and cannot be killed: whoever makes a gate removes it.
// At the end of its standard input it unmounts itself, which ends all waiting: nothing hangs longer than whoever tests.
//   cc -pthread -o hang hang.c $(pkg-config fuse3 --cflags --libs)      HANG_GATES=/tmp/gates ./hang -f /mnt
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

static const char *gates, *files;
static const char name[] = "/number";
static const char contents[] = "12345\n";

static void pass_gate(const char *operation) {
  char gate[4096];
  const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};
  snprintf(gate, sizeof gate, "%s/%s", gates, operation);
  while (access(gate, F_OK) == 0) nanosleep(&pause, NULL);
}

// Where a file that is shown lies. The result is good until the next call in this thread.
static const char *behind(const char *path) {
  static _Thread_local char real[4096];
  snprintf(real, sizeof real, "%s%s", files ? files : "/nonexistent", path);
  return real;
}

static int do_getattr(const char *path, struct stat *status, struct fuse_file_info *file) {
  (void)file;
  pass_gate("getattr");
  memset(status, 0, sizeof *status);
  if (strcmp(path, "/") == 0) {
    status->st_mode = S_IFDIR | 0755;
    status->st_nlink = 2;
  } else if (strcmp(path, name) == 0) {
    status->st_mode = S_IFREG | 0444;
    status->st_nlink = 1;
    status->st_size = sizeof contents - 1;
  } else if (stat(behind(path), status) != 0) {
    return -errno;
  }
  return 0;
}

static int do_open(const char *path, struct fuse_file_info *file) {
  (void)path;
  pass_gate("open");
  file->direct_io = 1;
  return 0;
}

static int do_read(const char *path, char *buffer, size_t size, off_t offset, struct fuse_file_info *file) {
  (void)file;
  pass_gate("read");
  if (strcmp(path, name) != 0) {
    const int real = open(behind(path), O_RDONLY | O_CLOEXEC);
    const ssize_t count = real < 0 ? -1 : pread(real, buffer, size, offset);
    const int problem = errno;
    if (real >= 0) close(real);
    return count < 0 ? -problem : (int)count;
  }
  const size_t length = sizeof contents - 1;
  if (offset < 0 || (size_t)offset >= length) return 0;
  if (size > length - (size_t)offset) size = length - (size_t)offset;
  memcpy(buffer, contents + offset, size);
  return (int)size;
}

static int do_readdir(const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset, struct fuse_file_info *file,
                      enum fuse_readdir_flags flags) {
  (void)path, (void)offset, (void)file, (void)flags;
  pass_gate("readdir");
  fill(buffer, ".", NULL, 0, 0);
  fill(buffer, "..", NULL, 0, 0);
  fill(buffer, name + 1, NULL, 0, 0);
  DIR *real = files ? opendir(files) : NULL;
  for (struct dirent *entry; real && (entry = readdir(real));)
    if (entry->d_name[0] != '.') fill(buffer, entry->d_name, NULL, 0, 0);
  if (real) closedir(real);
  return 0;
}

static int do_statfs(const char *path, struct statvfs *status) {
  (void)path;
  pass_gate("statfs");
  *status = (struct statvfs){.f_bsize = 4096, .f_frsize = 4096, .f_blocks = 1000, .f_bfree = 150, .f_bavail = 100,
                             .f_files = 100,  .f_ffree = 10,    .f_favail = 10,   .f_namemax = 255};
  return 0;
}

static void *do_init(struct fuse_conn_info *connection, struct fuse_config *config) {
  (void)connection;
  // The kernel remembers nothing, so that every call arrives here.
  config->attr_timeout = config->entry_timeout = config->negative_timeout = 0;
  return NULL;
}

static const struct fuse_operations operations = {.init = do_init,   .getattr = do_getattr, .open = do_open,
                                                  .read = do_read,   .statfs = do_statfs,   .readdir = do_readdir};

static void *end_with_input(void *mount_point) {
  char byte;
  while (read(STDIN_FILENO, &byte, 1) > 0) continue;
  execlp("fusermount3", "fusermount3", "-u", "-z", mount_point, NULL);
  _exit(1);
}

int main(int count, char **arguments) {
  gates = getenv("HANG_GATES");
  files = getenv("HANG_FILES");
  if (!gates) {
    fputs("hang: where are the gates? HANG_GATES is not set\n", stderr);
    return 2;
  }
  pthread_t watcher;
  if (pthread_create(&watcher, NULL, end_with_input, arguments[count - 1]) != 0) return 2;
  return fuse_main(count, arguments, &operations, NULL);
}
