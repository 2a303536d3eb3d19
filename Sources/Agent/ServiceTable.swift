// Which services are served at one address, and which of them a prober means.

public import Text

/// A service at an address.
public struct ProbeService {
  /// The text by which HAProxy's `agent-send` picks it, without line end; absent for the service of those who say
  /// nothing.
  public let agentSend: [UInt8]?
  /// The owner's number for its place here, handed back with every probe.
  public let place: Int
  /// Its reply.
  public let notice: Notice
  /// Who may probe it; absent, everybody.
  public let allow: AddressSet?

  /// A service that is picked by this text, or by silence.
  public init(agentSend: [UInt8]?, place: Int, notice: Notice, allow: AddressSet?) {
    self.agentSend = agentSend
    self.place = place
    self.notice = notice
    self.allow = allow
  }

  func admits(_ peer: IPAddress) -> Bool { allow?.contains(peer) ?? true }
}

/// The services at one address: at least one, at most one of them without `agentSend`, no two with the same.
final class ServiceTable {
  /// The address, as the rule file spells it.
  let address: InternetAddress
  /// The service of those who say nothing.
  let silent: ProbeService?
  private let services: [ProbeService]
  /// Whether a line has to be awaited before it is known who is meant.
  let awaitsLine: Bool

  init(at address: InternetAddress, _ services: [ProbeService]) {
    self.address = address
    self.services = services.filter { $0.agentSend != nil }
    silent = services.first { $0.agentSend == nil }
    awaitsLine = !self.services.isEmpty
  }

  /// Whether this peer may probe any of the services.
  func admits(_ peer: IPAddress) -> Bool {
    if let silent, silent.admits(peer) { return true }
    for service in services where service.admits(peer) { return true }
    return false
  }

  /// The service that is picked by these bytes: by none, the one without `agentSend`. Absent where no service has
  /// exactly this text.
  func pick(_ text: Span<UInt8>) -> ProbeService? {
    if text.isEmpty { return silent }
    for service in services {
      guard let agentSend = service.agentSend, agentSend.count == text.count else { continue }
      var index = 0
      while index < text.count, agentSend[index] == text[index] { index += 1 }
      if index == text.count { return service }
    }
    return nil
  }
}

/// The line by which a prober says whom it means.
enum AwaitedLine {
  /// So many bytes are a line even if no end has come: more than any name that a file may give to a service.
  static let limit = 255

  /// Where the line in these bytes ends: before the first LF, CR or NUL, or at the limit. Absent where more has to be
  /// awaited.
  static func end(of bytes: Span<UInt8>) -> Int? {
    for index in 0..<min(bytes.count, limit) {
      switch bytes[index] {
      case 0x0A, 0x0D, 0: return index
      default: continue
      }
    }
    return bytes.count >= limit ? limit : nil
  }
}
