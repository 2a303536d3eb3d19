// A descriptor that the loop watches.

import Kernel

/// A descriptor together with its watch, so that neither is forgotten when the other goes.
final class Wire {
  let descriptor: Descriptor
  private let loop: EventLoop
  private var watch: Watch?

  /// Takes a descriptor over.
  init(_ descriptor: consuming Descriptor, _ loop: EventLoop) {
    self.descriptor = descriptor
    self.loop = loop
  }

  /// Has a handler told of these events from now on, in place of others.
  func await(_ events: Events, tag: Int = 0, by handler: any ReadyHandler) throws(SystemError) {
    if let watch {
      try loop.change(watch, of: descriptor, to: events)
    } else {
      watch = try loop.watch(descriptor, for: events, tag: tag, by: handler)
    }
  }

  /// Nobody is told any more. To be called before the wire is dropped: the loop keeps its handlers.
  func cut() {
    if let watch { try? loop.unwatch(watch, of: descriptor) }
    watch = nil
  }
}
