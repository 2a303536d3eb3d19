// Which descriptors are ready. Level-triggered: what was not dealt with is reported again.

internal import CLinux

/// What a descriptor is ready for.
public struct Events: OptionSet, Sendable {
  /// The kernel's bits. EPOLLIN and its like
  public let rawValue: UInt32
  /// The kernel's bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// There is something to read, a connection to accept, or the end. EPOLLIN
  public static let readable = Events(rawValue: EPOLLIN.rawValue)
  /// There is room to write, or a connection has been made. EPOLLOUT
  public static let writable = Events(rawValue: EPOLLOUT.rawValue)
  /// The other side will send nothing more. EPOLLRDHUP
  public static let ended = Events(rawValue: EPOLLRDHUP.rawValue)
  /// The connection is gone in both directions. Reported whether it was asked for or not. EPOLLHUP
  public static let hangUp = Events(rawValue: EPOLLHUP.rawValue)
  /// An error is pending. Reported whether it was asked for or not. EPOLLERR
  public static let error = Events(rawValue: EPOLLERR.rawValue)
}

/// The name under which a descriptor is watched: whoever reuses a slot counts its generation up, so that news of the
/// slot's former owner can be told from news of the present one.
public struct Token: Hashable, Sendable {
  /// The owner's index.
  public let slot: UInt32
  /// How often the slot has been given away.
  public let generation: UInt32

  /// A slot in a generation.
  public init(slot: UInt32, generation: UInt32) {
    self.slot = slot
    self.generation = generation
  }

  /// The 64 bits that the kernel keeps for us.
  fileprivate var bits: UInt64 { UInt64(generation) << 32 | UInt64(slot) }

  fileprivate init(bits: UInt64) {
    self.init(slot: UInt32(truncatingIfNeeded: bits), generation: UInt32(truncatingIfNeeded: bits >> 32))
  }
}

/// A set of watched descriptors.
public struct Epoll: ~Copyable {
  private let descriptor: Descriptor
  /// The kernel's reports, in memory of C.
  private let events: UnsafeMutablePointer<epoll_event>
  private let capacity: Int32

  /// An empty set that reports at most `capacity` descriptors at a time. epoll_create1
  public init(capacity: Int) throws(SystemError) {
    let number = try check("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) }
    guard let events = clinux_epoll_events(Int32(capacity)) else { ThisProcess.fail("out of memory") }
    descriptor = Descriptor(owning: number)
    self.events = events
    self.capacity = Int32(capacity)
  }

  deinit { free(events) }

  /// Watches a descriptor. epoll_ctl EPOLL_CTL_ADD
  public func add(_ other: borrowing Descriptor, for events: Events, token: Token) throws(SystemError) {
    try control(EPOLL_CTL_ADD, other, events, token)
  }

  /// Changes what a watched descriptor is watched for. Without any event it rests; an error or a hang-up is reported
  /// even so. epoll_ctl EPOLL_CTL_MOD
  public func modify(_ other: borrowing Descriptor, for events: Events, token: Token) throws(SystemError) {
    try control(EPOLL_CTL_MOD, other, events, token)
  }

  /// Watches a descriptor no longer. Closing the last descriptor of an open file does the same. epoll_ctl EPOLL_CTL_DEL
  public func remove(_ other: borrowing Descriptor) throws(SystemError) {
    try control(EPOLL_CTL_DEL, other, [], Token(bits: 0))
  }

  private func control(
    _ operation: Int32, _ other: borrowing Descriptor, _ events: Events, _ token: Token
  ) throws(SystemError) {
    let (epoll, number) = (descriptor.number, other.number)
    try check("epoll_ctl") { clinux_epoll_ctl(epoll, operation, number, events.rawValue, token.bits) }
  }

  /// Waits until something is ready or so much time has passed: rounded up to whole milliseconds, so that nobody is
  /// woken early; without a limit if absent; not at all if not positive. Returns how many descriptors are ready, to
  /// be asked for by index until the next wait. An interruption counts as nothing ready. epoll_wait
  public func wait(timeout: Duration?) throws(SystemError) -> Int {
    let count = epoll_wait(descriptor.number, events, capacity, timeout.map(Self.milliseconds) ?? -1)
    if count >= 0 { return Int(count) }
    if clinux_errno() == EINTR { return 0 }
    throw SystemError("epoll_wait")
  }

  /// One of the descriptors that the last wait reported.
  public subscript(index: Int) -> (token: Token, events: Events) {
    (
      Token(bits: clinux_epoll_token(events, Int32(index))),
      Events(rawValue: clinux_epoll_flags(events, Int32(index)))
    )
  }

  /// A duration in whole milliseconds, rounded up, and at most what the call takes.
  static func milliseconds(_ duration: Duration) -> Int32 {
    let (seconds, attoseconds) = duration.components
    if seconds < 0 || attoseconds < 0 { return 0 }
    if seconds >= 1_000_000 { return 1_000_000_000 }
    let part = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(seconds * 1000 + part)
  }
}
