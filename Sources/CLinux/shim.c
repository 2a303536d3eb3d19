// What Embedded Swift's standard library expects from its platform.
#define _GNU_SOURCE
#include "CLinux.h"

#include <sys/random.h>

// Double(String) in Embedded Swift calls this and leaves it to the platform. The process never leaves the C locale,
// so that strtod is it. Returns the end of what was read, or NULL.
__attribute__((weak)) const char *_swift_stdlib_strtod_clocale(const char *text, double *value) {
  char *end;
  *value = strtod(text, &end);
  return end == text ? NULL : end;
}
