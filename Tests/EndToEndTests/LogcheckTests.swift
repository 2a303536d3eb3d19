// Whether the harness would notice a line of the log that logcheck treats in the wrong way: what it finds in other tests, or
// does not find there, is then worth something.

import Foundation
import Testing

struct LogcheckTests {
  private static let time = "2026-11-23 14:07:00.123 "

  @Test(arguments: [
    "agentcheckd 0.1.0: listening on :9999, 0 metrics, 1 rule, 1 service from /etc/agentcheckd/agentcheckd.yaml",
    "service 'web': '50% up # it''s so', was nothing; cpu: cpu.idle 0.5% is < 10%",
    "rule 'it is' of service 'web' (dry run) is no longer active: cpu.idle 50% is not < 10%",
    "filesystem(\"/srv/a b\").used is known again",
    "load.1m is known again",
    "released by root for service 'web': 0% drain, for service 'web', by anna (uid 1000) because of 'bad: disk', for 2h",
    "ending",
    "cpu.idle is known again   ",
  ]) func whatIsOrdinaryIsIgnored(text: String) throws {
    #expect(try Logcheck.mistakes(in: [Self.time + text]) == [])
    let text = text.trimmingCharacters(in: .whitespaces)
    #expect(try Logcheck.mistakes(in: [Self.time + "warning: " + text]).count == 1)
    #expect(try Logcheck.mistakes(in: [Self.time + "error: " + text]).count == 1)
  }

  @Test(arguments: [
    "filesystem(\"/srv/dead\").used is unknown: statvfs does not answer",
    "service 'web': 10.0.0.1 has stopped asking: nothing for 7s, before that every 2s; it goes on with what it was told last",
    "/etc/agentcheckd/agentcheckd.yaml:2:11: error: unknown metric 'cpu.idel'",
    "  2 |   - when: cpu.idel < 10%   # service 'web': 'up', was 'down'",
    "/etc/agentcheckd/agentcheckd.yaml has mistakes: the rules in force stay",
    "control: refused 'force' to user 1000 (process 17): it takes root or group 'operators'",
    "cannot write /var/lib/agentcheckd/overrides: no space is left: trying again every 5 s",
    "no sample has been taken for too long: the service manager will start us anew",
    "something that nobody has heard of",
  ]) func whatMattersIsMailed(text: String) throws {
    #expect(try Logcheck.mistakes(in: [Self.time + "warning: " + text]) == [])
    #expect(try Logcheck.mistakes(in: [Self.time + text]).count == 1)
  }

  /// Before the log begins, and from other programs.
  @Test func linesWithoutATimeDoNotMatter() throws {
    #expect(try Logcheck.mistakes(in: ["agentcheckd: cannot listen on 192.0.2.1:9999", ""]) == [])
  }
}
