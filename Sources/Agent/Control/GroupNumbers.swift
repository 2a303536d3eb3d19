// Which numbers have the groups that matter to the control socket: the one whose members may open it, and the one that the
// rule file names. Who has which number may be known to a server far away, so a helper asks.

import Kernel

/// Finds out the numbers of groups, again and again where that does not succeed.
final class GroupNumbers {
  /// How long after a question without an answer it is asked again.
  private static let pause = Duration.seconds(30)

  private let server: ControlServer
  private let helpers: Helpers
  private let loop: EventLoop
  private let log: Log
  private let timer: TimerIndex
  /// Whose numbers are not known yet.
  private var wanted: [String] = []

  init(of server: ControlServer, asking helpers: Helpers, loop: EventLoop, log: Log) {
    self.server = server
    self.helpers = helpers
    self.loop = loop
    self.log = log
    timer = loop.makeTimer()
    loop.connect(timer, to: self)
  }

  /// There is a socket: its readers may open it as soon as their number is known.
  func giveSocketAway(_ now: Duration) {
    if server.isOpen { look(for: ControlPlace.group, now) }
  }

  /// The members of this group may change things. As long as its number is not known, nobody may as a member of it.
  func setChangers(_ name: String?, _ now: Duration) {
    if name != server.rights.groupName { server.rights.group = nil }
    server.rights.groupName = name
    if let name { look(for: name, now) }
  }

  private func look(for name: String, _ now: Duration) {
    if !wanted.contains(name) { wanted.append(name) }
    ask(name, now)
  }

  private func ask(_ name: String, _ now: Duration) {
    switch helpers.ask(.getgrnam, name, generation: 0, now: now) {
    case .underWay: break
    case .hangs: loop.set(timer, at: now + Self.pause)
    }
  }

  /// What a helper has found out.
  func answered(_ name: String, _ result: HelperResult, _ now: Duration) {
    switch result {
    case .group(let number):
      wanted.removeAll { $0 == name }
      if name == server.rights.groupName { server.rights.group = Int(number) }
      if name == ControlPlace.group { server.giveAway(toGroup: number) }
    case .failed(let error):
      wanted.removeAll { $0 == name }
      guard name == server.rights.groupName else { return }
      server.rights.group = nil
      let reason = error.isNoSuchFile ? "there is no such group" : error.message.sentenceStart
      log.warning("control-group '\(name)': \(reason): nobody may change anything as a member of it")
    default:
      // No answer, or none to this question.
      if name == server.rights.groupName {
        log.warning("control-group '\(name)': its number cannot be found out at present: trying again")
      }
      loop.set(timer, at: now + Self.pause)
    }
  }
}

extension GroupNumbers: TimerHandler {
  func due(_ tag: Int, now: Duration) {
    for name in wanted where name == ControlPlace.group || name == server.rights.groupName { ask(name, now) }
  }
}
