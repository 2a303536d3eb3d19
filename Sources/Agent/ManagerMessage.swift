// What there is to say to a service manager, in the words of sd_notify(3): lines of NAME=value, in one datagram.

import Text

/// A message to the service manager.
enum ManagerMessage: Equatable {
  /// Probes are answered.
  case ready
  /// A reload has begun, at this instant of the monotonic clock.
  case reloading(Duration)
  /// The end has begun.
  case stopping
  /// There will be no beginning, and why.
  case notStarted(String)
  /// The loop turns, and samples are taken.
  case alive
  /// A listening socket, sent with the message, to be kept under this name for who comes after us.
  case keep(String)
  /// What is kept under this name is no longer wanted.
  case drop(String)

  /// The message's text.
  var text: [UInt8] {
    switch self {
    case .ready: Array("READY=1".utf8)
    case .reloading(let now): Array("RELOADING=1\nMONOTONIC_USEC=\(now.microseconds)".utf8)
    case .stopping: Array("STOPPING=1\nSTATUS=ending".utf8)
    case .notStarted(let reason):
      ManagerStatus(saying: "not started: \(reason)").text
    case .alive: Array("WATCHDOG=1".utf8)
    case .keep(let name): Array("FDSTORE=1\nFDNAME=\(name)".utf8)
    case .drop(let name): Array("FDSTOREREMOVE=1\nFDNAME=\(name)".utf8)
    }
  }

  /// What a socket's name begins with that we have given away ourselves: any other name is that of a socket unit.
  static let prefix = "listen_"

  /// The name of the socket at an address, as in `listen_0.0.0.0_9999`, in which there may be no colon.
  static func name(of address: InternetAddress) -> String {
    prefix + String(decoding: "\(address)".utf8.map { $0 == .of(":") ? .of("_") : $0 }, as: UTF8.self)
  }
}

extension Duration {
  fileprivate var microseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }
}

/// The line that `systemctl status` shows: what each service says now, and what is wrong.
///
///     STATUS=state cannot be written: no space left on device; web: up
///     STATUS=web.yaml:7:11: error: unknown metric 'cpu.idel': the rules in force stay; web: 50% up # cpu saturated; db: up
struct ManagerStatus {
  /// The longest line, so that it fits on a few lines of a terminal.
  static let mostBytes = 400
  private static let start = Array("STATUS=".utf8)
  private static let cut = Array(" ...".utf8)

  /// The message so far.
  private(set) var text: [UInt8] = start

  init() {}

  /// All of a message.
  init(saying sentence: String) {
    begin(with: sentence)
    end()
  }

  /// Begins again, with a complaint behind something worse. Allocates nothing.
  mutating func begin(with complaint: String?, behind worse: String? = nil) {
    text.removeAll(keepingCapacity: true)
    text.append(contentsOf: Self.start)
    if let worse { text.append(harmless: worse) }
    guard let complaint else { return }
    if worse != nil { text.append("; ") }
    text.append(harmless: complaint)
  }

  /// Adds what a service says, with its LF; its name only where there are several. False where there is no more room.
  mutating func add(_ service: String?, _ line: [UInt8]) -> Bool {
    if text.count > Self.start.count { text.append("; ") }
    if let service {
      text.append(harmless: service)
      text.append(": ")
    }
    if line.count <= 1 {
      text.append("nothing yet")
    } else {
      for index in 0..<line.count - 1 { text.append(line[index]) }
    }
    return text.count < Self.mostBytes
  }

  /// Cuts what is too long, between two characters.
  mutating func end() {
    guard text.count > Self.mostBytes else { return }
    var length = Self.mostBytes - Self.cut.count
    while text[length] & 0xC0 == 0x80 { length -= 1 }
    text.removeLast(text.count - length)
    text.append(contentsOf: Self.cut)
  }
}
