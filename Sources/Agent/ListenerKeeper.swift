// Listening sockets outlive this process where somebody keeps them: connections then wait in their queues for the next
// one, and a restart refuses nobody.

public import Kernel
public import Text

/// Who keeps listening sockets while no daemon runs.
public protocol ListenerKeeper: AnyObject {
  /// Keeps a copy of a listening socket, under its address.
  func keep(_ listener: borrowing Listener, at address: InternetAddress)
  /// Keeps the socket of that address no longer.
  func drop(_ address: InternetAddress)
}

/// A listening socket that was handed over at the start.
final class HandedListener {
  private var listener: Listener?
  /// Whether a socket unit owns it, which goes on listening whatever we do. Otherwise a run before this one has left it.
  let isLent: Bool

  init(_ listener: consuming Listener, isLent: Bool) {
    self.listener = consume listener
    self.isLent = isLent
  }

  /// Takes it, once.
  func take() -> Listener? { listener.take() }

  /// The listening sockets among descriptors. What else is there is closed, and the log is told.
  static func all(among handed: [HandedDescriptor], log: Log) -> [HandedListener] {
    var listeners: [HandedListener] = []
    for entry in handed {
      guard let descriptor = entry.take(), let listener = Listener(adopting: descriptor) else {
        log.warning("the service manager has handed over '\(entry.name)', which is no listening TCP socket: closed")
        continue
      }
      listeners.append(HandedListener(listener, isLent: !entry.name.hasPrefix(ManagerMessage.prefix)))
    }
    return listeners
  }
}
