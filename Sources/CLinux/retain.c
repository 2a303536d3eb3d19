// What Embedded Swift's standard library does wrong: it keeps an object alive whose pointer carries marks in its spare bits, as
// a String's does, and is to give the pointer back as it was given; until Swift 6.3 it gives it back without the marks
// (swiftlang/swift#91151). The compiler believes that both are the same, and on arm64, where the argument and the result have
// the same register, goes on with the result: of a short string nothing is left but a wild pointer. Its own functions are weak
// symbols, so that these take their place. Ordinary Swift is right and keeps its own.
#if EMBEDDED_SWIFT
#include <stdint.h>

// The library's: does nothing for NULL and for what is marked as immortal, in the highest bit.
void *swift_retain(void *object);

void *swift_bridgeObjectRetain(void *object);
void *swift_bridgeObjectRetain_n(void *object, uint32_t times);

// All but the spare bits, and the highest one.
static const uintptr_t plain_bits = 0x8ffffffffffffff8;

void *swift_bridgeObjectRetain(void *object) {
  swift_retain((void *)((uintptr_t)object & plain_bits));
  return object;
}

void *swift_bridgeObjectRetain_n(void *object, uint32_t times) {
  for (; times > 0; times--) swift_bridgeObjectRetain(object);
  return object;
}
#endif
