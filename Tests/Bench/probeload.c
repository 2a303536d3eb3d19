// Probes an agent as HAProxy does, many times, and prints one JSON object about what was seen. Bounded in every
// direction: loopback only, a number of probes, a time for each and for all.
//
// Each of the probers is a thread that does one probe after the other with blocking calls, so that the latency of a
// probe (from before connect to the line's end being read) has no event loop of ours in it.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char help[] =
    "usage: probeload [OPTION]... PORT\n"
    "  --probes N      how many probes, all in all (default 1000)\n"
    "  --at-once N     probers at the same time (default 1)\n"
    "  --send TEXT     what HAProxy's agent-send says; a line feed is added (default: nothing)\n"
    "  --reset         close with a reset once the line is read, as HAProxy does; otherwise the\n"
    "                  end of the input is awaited, and a reset behind the line is seen\n"
    "  --silent N      hold N more connections open that neither say nor read anything\n"
    "  --cpu N         stay on this processor\n"
    "  --timeout MS    for one probe (default 5000)\n"
    "  --limit S       no new probe after so many seconds (default 120)\n"
    "Exit status: 0 every probe got a whole line and no reset, 1 some did not, 2 wrong usage.\n";

enum { MOST_LINE = 512, MOST_LINES = 16, MOST_PROBERS = 1024, MOST_PROBES = 10000000 };

static struct {
  long probes, at_once, silent, cpu, timeout_ms, limit_s, port;
  char text[256];
  bool reset;
} options = {.probes = 1000, .at_once = 1, .cpu = -1, .timeout_ms = 5000, .limit_s = 120};

enum outcome { COMPLETE, REFUSED, TIMED_OUT, EMPTY, CUT, RESET_BEFORE, RESET_AFTER, OUTCOMES };
static const char *const outcome_names[OUTCOMES] = {"complete", "refused",      "timed_out",  "empty",
                                                    "cut",      "reset_before", "reset_after"};

struct prober {
  pthread_t thread;
  uint64_t *latencies;  // nanoseconds, of probes with a whole line
  long probes, measured;
  long outcomes[OUTCOMES];
};

static uint64_t deadline;
static struct {
  char text[MOST_LINE];
  long count;
} lines[MOST_LINES];
static long other_lines;
static pthread_mutex_t lines_lock = PTHREAD_MUTEX_INITIALIZER;

static uint64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void fail(const char *what) {
  fprintf(stderr, "probeload: %s: %s\n", what, strerror(errno));
  exit(2);
}

static void remember(const char *line) {
  pthread_mutex_lock(&lines_lock);
  int index = 0;
  while (index < MOST_LINES && lines[index].count > 0 && strcmp(lines[index].text, line) != 0) index += 1;
  if (index == MOST_LINES) {
    other_lines += 1;
  } else {
    strcpy(lines[index].text, line);
    lines[index].count += 1;
  }
  pthread_mutex_unlock(&lines_lock);
}

static int connected(void) {
  int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) fail("socket");
  struct timeval patience = {options.timeout_ms / 1000, options.timeout_ms % 1000 * 1000};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((unsigned short)options.port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0) return descriptor;
  if (errno == EADDRNOTAVAIL) fail("connect: this machine has run out of local ports");
  close(descriptor);
  return -1;
}

// What a failed recv means.
static enum outcome broken(bool line_is_whole) {
  if (errno == EAGAIN) return TIMED_OUT;
  return line_is_whole ? RESET_AFTER : RESET_BEFORE;
}

// Reads a line, and what is behind it. `finished` is set when the line's end was read.
static enum outcome read_line(int descriptor, char line[MOST_LINE], uint64_t *finished) {
  size_t length = 0;
  while (length < MOST_LINE - 1) {
    ssize_t count = recv(descriptor, line + length, MOST_LINE - 1 - length, 0);
    if (count < 0) return broken(false);
    if (count == 0) return length == 0 ? EMPTY : CUT;
    length += (size_t)count;
    char *end = memchr(line, '\n', length);
    if (end == NULL) continue;
    *finished = nanoseconds();
    *end = 0;
    if (options.reset) return COMPLETE;
    char scratch[256];
    while ((count = recv(descriptor, scratch, sizeof scratch, 0)) > 0) continue;
    return count < 0 ? broken(true) : COMPLETE;
  }
  return CUT;
}

static enum outcome probe(struct prober *prober) {
  uint64_t begun = nanoseconds(), finished = 0;
  int descriptor = connected();
  if (descriptor < 0) return errno == EINPROGRESS || errno == EAGAIN ? TIMED_OUT : REFUSED;
  // A send that fails is not yet a failed probe: the line may be there all the same.
  if (options.text[0] != 0) (void)!send(descriptor, options.text, strlen(options.text), MSG_NOSIGNAL);
  char line[MOST_LINE];
  enum outcome outcome = read_line(descriptor, line, &finished);
  if (options.reset) setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
  close(descriptor);
  if (finished > 0) {
    prober->latencies[prober->measured] = finished - begun;
    prober->measured += 1;
    remember(line);
  }
  return outcome;
}

static void *run(void *argument) {
  struct prober *prober = argument;
  for (long index = 0; index < prober->probes && nanoseconds() < deadline; index += 1)
    prober->outcomes[probe(prober)] += 1;
  return NULL;
}

static int ascending(const void *one, const void *other) {
  uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
  return (a > b) - (a < b);
}

static void print_text(const char *text) {
  putchar('"');
  for (; *text != 0; text += 1) {
    unsigned char byte = (unsigned char)*text;
    if (byte == '"' || byte == '\\' || byte < 32 || byte > 126)
      printf("\\u%04x", byte);
    else
      putchar(byte);
  }
  putchar('"');
}

static void report(const long outcomes[OUTCOMES], const uint64_t *latencies, long measured, double took) {
  printf("{");
  for (int index = 0; index < OUTCOMES; index += 1) printf("\"%s\": %ld, ", outcome_names[index], outcomes[index]);
  printf("\"seconds\": %.6f, \"microseconds\": {", took);
  const double shares[] = {0, 0.5, 0.9, 0.99, 0.999, 1};
  const char *const names[] = {"least", "p50", "p90", "p99", "p999", "most"};
  for (int index = 0; index < 6 && measured > 0; index += 1)
    printf("%s\"%s\": %.3f", index > 0 ? ", " : "", names[index],
           (double)latencies[(long)(shares[index] * (double)(measured - 1) + 0.5)] / 1000);
  printf("}, \"lines\": {");
  for (int index = 0; index < MOST_LINES && lines[index].count > 0; index += 1) {
    if (index > 0) printf(", ");
    print_text(lines[index].text);
    printf(": %ld", lines[index].count);
  }
  printf("}, \"other_lines\": %ld}\n", other_lines);
}

static long number(const char *text, long least, long most) {
  char *end;
  long value = strtol(text, &end, 10);
  if (end == text || *end != 0 || value < least || value > most) {
    fprintf(stderr, "probeload: '%s' is not a number from %ld to %ld\n", text, least, most);
    exit(2);
  }
  return value;
}

static void read_options(int count, char **arguments) {
  static const struct option known[] = {
      {"probes", 1, 0, 'n'}, {"at-once", 1, 0, 'c'}, {"send", 1, 0, 's'},    {"reset", 0, 0, 'r'}, {"silent", 1, 0, 'i'},
      {"cpu", 1, 0, 'p'},    {"timeout", 1, 0, 't'}, {"limit", 1, 0, 'l'}, {"help", 0, 0, 'h'},  {0}};
  for (int option; (option = getopt_long(count, arguments, "", known, NULL)) != -1;) switch (option) {
      case 'n': options.probes = number(optarg, 1, MOST_PROBES); break;
      case 'c': options.at_once = number(optarg, 1, MOST_PROBERS); break;
      case 's': snprintf(options.text, sizeof options.text, "%s\n", optarg); break;
      case 'r': options.reset = true; break;
      case 'i': options.silent = number(optarg, 0, 16384); break;
      case 'p': options.cpu = number(optarg, 0, 1023); break;
      case 't': options.timeout_ms = number(optarg, 1, 600000); break;
      case 'l': options.limit_s = number(optarg, 1, 3600); break;
      case 'h': fputs(help, stdout); exit(0);
      default: fputs(help, stderr); exit(2);
    }
  if (optind != count - 1) {
    fputs(help, stderr);
    exit(2);
  }
  options.port = number(arguments[optind], 1, 65535);
}

int main(int count, char **arguments) {
  read_options(count, arguments);
  struct rlimit descriptors;
  getrlimit(RLIMIT_NOFILE, &descriptors);
  descriptors.rlim_cur = descriptors.rlim_max;
  setrlimit(RLIMIT_NOFILE, &descriptors);
  if (options.cpu >= 0) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)options.cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) < 0) fail("sched_setaffinity");
  }
  for (long index = 0; index < options.silent; index += 1)
    if (connected() < 0) fail("connect of a silent connection");

  struct prober *probers = calloc((size_t)options.at_once, sizeof *probers);
  uint64_t *latencies = calloc((size_t)options.probes, sizeof *latencies);
  if (probers == NULL || latencies == NULL) fail("memory");
  memset(latencies, 1, (size_t)options.probes * sizeof *latencies);  // touched now, not while measuring

  uint64_t begun = nanoseconds();
  deadline = begun + (uint64_t)options.limit_s * 1000000000;
  long dealt = 0;
  for (long index = 0; index < options.at_once; index += 1) {
    probers[index].probes = options.probes * (index + 1) / options.at_once - dealt;
    probers[index].latencies = latencies + dealt;
    dealt += probers[index].probes;
    if (pthread_create(&probers[index].thread, NULL, run, &probers[index]) != 0) fail("pthread_create");
  }
  long outcomes[OUTCOMES] = {0}, measured = 0;
  for (long index = 0; index < options.at_once; index += 1) {
    pthread_join(probers[index].thread, NULL);
    memmove(latencies + measured, probers[index].latencies, (size_t)probers[index].measured * sizeof *latencies);
    measured += probers[index].measured;
    for (int kind = 0; kind < OUTCOMES; kind += 1) outcomes[kind] += probers[index].outcomes[kind];
  }
  double took = (double)(nanoseconds() - begun) / 1e9;
  qsort(latencies, (size_t)measured, sizeof *latencies, ascending);
  report(outcomes, latencies, measured, took);
  return outcomes[COMPLETE] == options.probes ? 0 : 1;
}
