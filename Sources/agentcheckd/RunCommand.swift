// `agentcheckd run`: the daemon, in the foreground, where service managers want it.

import Agent
import Diagnostics
import Kernel
import Rules
import Text

extension Command {
  static let run = Command(
    "run", summary: "Runs the daemon, in the foreground. The default.",
    details: [
      """
      Without -c it goes by \(RuleFile.installed) or, where that is missing, by the smallest rule file, which is built \
      in. SIGHUP reloads the file. SIGTERM ends the daemon, after the words of 'on-stop' where the file has them; SIGINT \
      ends it at once.
      """
    ],
    example: "agentcheckd run -c web.yaml",
    options: [
      Option("config", letter: "c", value: "FILE", "the rule file"),
      Option("state-dir", value: "DIR", "where to keep what must outlive the daemon; \(Store.installed)"),
      .control,
    ]
  ) { invocation in
    // Before any file is opened, whose number could be taken for one of these.
    let handed = HandedDescriptor.takeAll()
    let file = RuleFile(invocation["config"])
    do throws(SystemError) {
      let log = try Log.standard()
      if log.style == .journal { ThisProcess.installCrashHandler(prefix: "<2>") }
      let outcome = file.load()
      show(outcome.diagnostics, log)
      guard let rules = outcome.ruleSet else {
        Daemon.tellNotStarted(outcome)
        return fail("not started: 'agentcheckd check \(file.name)' shows this again", log)
      }
      if file.isBuiltIn { introduceBuiltInFile(log) }
      let daemon = try Daemon(
        rules, from: file, state: invocation["state-dir"], control: ControlPlace(invocation["control"]),
        version: version, log: log)
      do throws(ListenFailure) {
        try daemon.listen(with: handed)
      } catch {
        return fail(advice(for: error, rules), log)
      }
      log.notice("agentcheckd \(version): listening on \(rules.addressList), \(rules.summary) from \(file.name)")
      try daemon.run()
      return .success
    } catch {
      return Console.fail("\(error)")
    }
  }

  /// What is wrong with the file: for people as `check` shows it, in a journal with priorities.
  private static func show(_ diagnostics: [Diagnostic], _ log: Log) {
    if log.style == .journal { log.tell(diagnostics) } else { Console.show(diagnostics) }
  }

  private static func fail(_ message: String, _ log: Log) -> ExitStatus {
    guard log.style == .journal else { return Console.fail(message) }
    for line in message.utf8.split(separator: UInt8(ascii: "\n")) { log.error(String(Substring(line))) }
    return .failure
  }

  /// Says what the built-in file does, how to try it, and what HAProxy needs for it.
  private static func introduceBuiltInFile(_ log: Log) {
    log.notice("there is no \(RuleFile.installed): going by the built-in rule, half of the traffic below 10% idle")
    log.notice("try it: agentcheckd probe 9999")
    log.notice("in haproxy.cfg: server web1 192.0.2.10:80 check weight 100 agent-check agent-port 9999 agent-inter 2s")
    log.notice("HAProxy needs 'weight 100': a percentage is a share of it, and half of its default, 1, is nothing")
  }

  /// What can be done about an address that cannot be had.
  private static func advice(for failure: ListenFailure, _ rules: RuleSet) -> String {
    let observation = rules.observation
    let isObserved = (observation.addresses + observation.balancerAddresses).contains(failure.address)
    let key = isObserved ? "observe:" : "listen:"
    let sentence = failure.sentence
    if failure.reason.isAddressInUse {
      return
        "\(sentence)\nwho has it: ss -ltnp 'sport = :\(failure.address.port)'; or choose another port under '\(key)'"
    }
    if failure.reason.isPermissionDenied {
      return "\(sentence)\nports below 1024 need root or CAP_NET_BIND_SERVICE; choose another under '\(key)'"
    }
    return "\(sentence)\n'ip address' shows the addresses of this host"
  }
}
