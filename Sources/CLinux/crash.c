// The last words. Swift's traps say nothing in the released build, so the process itself says where it died:
//
//   agentcheckd: crashed (illegal instruction), llvm-symbolizer --obj=agentcheckd.debug 0x10d47 0x10da2 0x1183c
//
// Those are addresses in the file, innermost first; the debug information of the build turns them into functions,
// lines and the reason of the trap. Then the process dies of the same signal, so that its status and its core are
// those of the crash. Nothing here allocates, locks, or calls more than write(2).
#define _GNU_SOURCE
#include "CLinux.h"

#include <ucontext.h>

// Enough for the deepest recursion that the rule file's limits allow to be recognised.
enum { MOST_FRAMES = 48 };
// One line, so that it is written with one call: 48 addresses of at most 19 characters, and the words before them.
enum { LINE_SIZE = 48 * 20 + 256 };
// The kernel's signal frame with the widest vector registers is about 12 KiB.
static _Alignas(16) char signal_stack[32 * 1024];
static const char *line_prefix = "";

extern const char __ehdr_start, etext;  // the linker's: the first byte of the file, the first behind its code

static size_t put(char *line, size_t length, const char *text) {
  while (*text && length < LINE_SIZE) line[length++] = *text++;
  return length;
}

static int is_our_code(uintptr_t address) {
  return address >= (uintptr_t)&__ehdr_start && address < (uintptr_t)&etext;
}

static size_t put_address(char *line, size_t length, uintptr_t address) {
  // What lies in a shared library would need that library's debug information.
  if (!is_our_code(address)) return length;
  address -= (uintptr_t)&__ehdr_start;
  static const char digits[] = "0123456789abcdef";
  int shift = 60;
  while (shift > 0 && (address >> shift) == 0) shift -= 4;
  length = put(line, length, " 0x");
  for (; shift >= 0 && length < LINE_SIZE; shift -= 4) line[length++] = digits[(address >> shift) & 15];
  return length;
}

static const char *reason(int signal_number) {
  switch (signal_number) {
    case SIGILL:
    case SIGTRAP: return "illegal instruction: a check in the code failed";
    case SIGSEGV: return "invalid memory address";
    case SIGBUS: return "memory that is not there";
    case SIGFPE: return "arithmetic";
    default: return "abort";
  }
}

// A frame begins with the address of the caller's frame and the address to return to.
static int is_frame(uintptr_t frame, uintptr_t low, uintptr_t high) {
  return frame >= low && frame % sizeof(uintptr_t) == 0 && frame + 2 * sizeof(uintptr_t) <= high;
}

// Libraries use the frame pointer as they like: the innermost frame of ours is then the first thing on the stack that
// looks like one.
static uintptr_t search_frame(uintptr_t low, uintptr_t high) {
  enum { MOST_WORDS = 1024 };
  for (int i = 0; i < MOST_WORDS && is_frame(low, low, high); i++, low += sizeof(uintptr_t)) {
    const uintptr_t *words = (const uintptr_t *)low;
    if (is_frame(words[0], low, high) && is_our_code(words[1])) return low;
  }
  return 0;
}

static void crashed(int signal_number, siginfo_t *information, void *context) {
  const ucontext_t *state = context;
#if defined(__x86_64__)
  uintptr_t counter = (uintptr_t)state->uc_mcontext.gregs[REG_RIP];
  uintptr_t frame = (uintptr_t)state->uc_mcontext.gregs[REG_RBP];
  uintptr_t low = (uintptr_t)state->uc_mcontext.gregs[REG_RSP] & -sizeof(uintptr_t);
  const uintptr_t link = 0;
#elif defined(__aarch64__)
  uintptr_t counter = state->uc_mcontext.pc;
  uintptr_t frame = state->uc_mcontext.regs[29];
  uintptr_t low = state->uc_mcontext.sp;
  // Where a function that calls nothing returns to: it makes no frame there. In any other function this is where its last
  // call has returned to, and shown as well: an address too many is better than one too few.
  const uintptr_t link = state->uc_mcontext.regs[30];
#else
#error "which registers hold the program counter, the frame and the stack here?"
#endif
  const uintptr_t high = (uintptr_t)clinux_arguments();  // lies above the first frame
  char line[LINE_SIZE + 1];
  size_t length = put(line, 0, line_prefix);
  length = put(line, length, "agentcheckd: crashed (");
  length = put(line, length, reason(signal_number));
  length = put(line, length, "), llvm-symbolizer --obj=agentcheckd.debug");
  length = put_address(line, length, counter);
  if (!is_frame(frame, low, high)) frame = search_frame(low, high);
  const int is_in_frame = is_frame(frame, low, high) && ((const uintptr_t *)frame)[1] == link;
  if (!is_in_frame) length = put_address(line, length, link - 1);
  for (int i = 1; i < MOST_FRAMES && is_frame(frame, low, high); i++) {
    const uintptr_t *words = (const uintptr_t *)frame;
    length = put_address(line, length, words[1] - 1);
    low = frame + 2 * sizeof(uintptr_t);
    frame = words[0];
  }
  line[length++] = '\n';
  (void)!write(STDERR_FILENO, line, length);
  // The handler is gone by now (SA_RESETHAND). What the processor raised, it raises again at the same instruction.
  if (information->si_code <= 0) raise(signal_number);
}

void clinux_install_crash_handler(const char *prefix) {
  line_prefix = prefix;
  stack_t stack = {.ss_sp = signal_stack, .ss_size = sizeof signal_stack};
  if (sigaltstack(&stack, NULL) != 0) return;
  struct sigaction action = {.sa_sigaction = crashed, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND};
  sigemptyset(&action.sa_mask);
  const int signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
}
