// Where the control socket of a daemon is, for the daemon and for those who look for it.

import Kernel

/// The place of a control socket.
public struct ControlPlace: Sendable {
  /// The folder that a package makes.
  public static let installed = "/run/agentcheckd"
  /// The socket in a folder.
  public static let name = "control.sock"
  /// The group that a package makes: its members may open the socket, and read.
  public static let group = "agentcheckd"

  /// The socket's path.
  public let path: String
  /// Whether somebody has named it.
  public let wasAsked: Bool

  /// The path that was asked for; else the one in systemd's `RUNTIME_DIRECTORY`; else the one in the installed folder.
  public init(_ asked: String?) {
    // systemd separates several folders by colons, and ours comes first.
    let folder = ThisProcess.environment("RUNTIME_DIRECTORY")?.split(separator: ":").first.map(String.init)
    path = asked ?? "\(folder ?? Self.installed)/\(Self.name)"
    wasAsked = asked != nil || folder != nil
  }
}
