// Whom to ask what can hang.

/// The helper processes.
final class HelperPool {
  init(loop: EventLoop, log: Log) {}
}
