// Who may change what a daemon does. Who may ask at all is decided by the permissions of the socket's file.

import Kernel

/// The rights to change.
struct ControlRights {
  /// The user who runs the daemon.
  let owner: Int
  /// The group whose members may, too: its name as the rule file has it.
  var groupName: String?
  /// Its number; absent as long as it is not known, and then nobody has its rights.
  var group: Int?

  init(owner: Int, groupName: String? = nil, group: Int? = nil) {
    self.owner = owner
    self.groupName = groupName
    self.group = group
  }

  /// Whether this peer may change anything.
  func mayChange(_ peer: PeerCredentials) -> Bool {
    if peer.user == 0 || peer.user == owner { return true }
    return group.map { peer.isMember(of: $0) } ?? false
  }

  /// Who may, for one who may not: `root, user 998 or group 'operators'`.
  var description: String {
    var names = ["root"]
    if owner != 0 { names.append("user \(owner), who runs the daemon") }
    if let groupName { names.append("group '\(groupName)'\(group == nil ? ", which is not known at present" : "")") }
    guard let last = names.popLast(), !names.isEmpty else { return "root" }
    return "\(names.joined(separator: ", ")) or \(last)"
  }
}
