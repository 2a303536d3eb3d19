// The system headers for Swift, and a shim for what C cannot hand to it, each with its reason.
#ifndef CLINUX_H
#define CLINUX_H
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#endif
