// Starting a program. posix_spawn, because it neither copies the parent's memory nor runs our code in the child.
#define _GNU_SOURCE
#include "CLinux.h"

#include <spawn.h>

static int prepare_descriptors(posix_spawn_file_actions_t *actions, const int *descriptors, int count) {
  int error = 0;
  for (int i = 0; i < (count > 3 ? count : 3) && !error; i++)
    error = i < count && descriptors[i] >= 0 ? posix_spawn_file_actions_adddup2(actions, descriptors[i], i)
                                             : posix_spawn_file_actions_addopen(actions, i, "/dev/null", O_RDWR, 0);
  if (!error) error = posix_spawn_file_actions_addclosefrom_np(actions, count > 3 ? count : 3);
  return error;
}

static int prepare_signals(posix_spawnattr_t *attributes, int own_group) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int error = posix_spawnattr_setsigmask(attributes, &none);
  if (!error) error = posix_spawnattr_setsigdefault(attributes, &all);
  if (!error) error = posix_spawnattr_setpgroup(attributes, 0);
  short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  if (own_group) flags |= POSIX_SPAWN_SETPGROUP;
  if (!error) error = posix_spawnattr_setflags(attributes, flags);
  return error;
}

int clinux_spawn(pid_t *process, const char *path, char *const arguments[], char *const environment[],
                 const int *descriptors, int count, int own_group) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int error = posix_spawn_file_actions_init(&actions);
  if (error) return error;
  error = posix_spawnattr_init(&attributes);
  if (error) {
    posix_spawn_file_actions_destroy(&actions);
    return error;
  }
  error = prepare_descriptors(&actions, descriptors, count);
  if (!error) error = prepare_signals(&attributes, own_group);
  if (!error) error = posix_spawn(process, path, &actions, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}
