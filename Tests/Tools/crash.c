// Dies as its argument says, with the crash handler installed, three calls deep.
//   cc -g -fno-omit-frame-pointer -O0 crash.c ../../Sources/CLinux/{crash,shim}.c -I ../../Sources/CLinux/include
#include "CLinux.h"

__attribute__((noinline)) static void deepest(const char *how) {
  if (!strcmp(how, "trap")) __builtin_trap();
  if (!strcmp(how, "null")) *(volatile int *)0 = 1;
  if (!strcmp(how, "abort")) abort();
  if (!strcmp(how, "sent")) kill(getpid(), SIGSEGV);
}

// It calls nothing: on arm64 such a function has no frame, and its caller stands in a register only.
__attribute__((noinline)) static void leaf(void) { *(volatile int *)0 = 1; }

__attribute__((noinline)) static int endless(volatile int depth) { return endless(depth + 1) + depth; }

__attribute__((noinline)) static void deep(const char *how) {
  deepest(how);
  if (!strcmp(how, "leaf")) leaf();
  if (!strcmp(how, "stack")) endless(0);
}

int main(int count, char **arguments) {
  clinux_install_crash_handler("<2>");
  deep(count > 1 ? arguments[1] : "");
  return 0;
}
