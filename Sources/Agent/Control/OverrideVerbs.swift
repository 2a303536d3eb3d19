// `force` and `release`: an operator's words in place of the rules', and back.

import Diagnostics
import Kernel
import Language
import Reply
import Rules
import Text

extension ControlVerb {
  static let force = ControlVerb(
    "force", changes: true, 1...mostForcedWords,
    options: [ControlOption("service"), ControlOption("for"), ControlOption("reason"), ControlOption("by")]
  ) { call, daemon in
    do throws(ControlMistake) {
      try daemon.force(call)
    } catch {
      call.fail(error.message, hint: error.hint, .usage)
    }
  }

  static let release = ControlVerb(
    "release", changes: true, options: [ControlOption("service"), ControlOption("by")]
  ) { call, daemon in
    do throws(ControlMistake) {
      try daemon.release(call)
    } catch {
      call.fail(error.message, hint: error.hint)
    }
  }

  /// Of four things, each is spoken of once; what more there is becomes a sentence about it.
  public static let mostForcedWords = 16
}

/// The times for which something may be forced.
public let forcedTimes = Duration.seconds(1)...Override.longest

extension Daemon {
  fileprivate func force(_ call: ControlCall) throws(ControlMistake) {
    let typed = TypedWords(call.request.operands.joined(separator: " "))
    guard let words = typed.words else {
      throw ControlMistake(typed.findings[0].message, hint: typed.findings[0].hint)
    }
    let rules = work.rules
    var services = rules.services
    if let name = call.request["service"] {
      services = services.filter { $0.name == name }
      guard !services.isEmpty else {
        let near = closest(to: name, among: rules.services.map { $0.name })
        throw ControlMistake("there is no service '\(name)'", hint: near.map { "did you mean '\($0)'?" })
      }
    }
    let (now, wall) = (Clock.monotonic(), Clock.wall())
    let expiry = try time(call.request["for"]).map {
      Override.Expiry(instant: now + $0, wall: wall + $0, length: $0)
    }
    if let reason = call.request["reason"], reason.utf8.count > Override.mostReasonBytes {
      throw ControlMistake("the reason has \(reason.utf8.count) bytes, at most \(Override.mostReasonBytes) are kept")
    }
    let override = Override(
      words, of: call.request["service"].map { .service($0) } ?? .every(except: []), by: author(of: call),
      because: call.request["reason"].flatMap { $0.isEmpty ? nil : $0 }, since: wall, until: expiry)
    let warnings = overrideWarnings(words, of: services, in: rules)
    do throws(OverrideTable.Refusal) {
      try overrides.force(override, now) { doubt in
        call.finish([
          ("words", .string("\(words)")), ("services", .strings(services.map { $0.name })),
          ("ports", .array(Set(services.compactMap { $0.serverPort }).sorted().map { .integer($0) })),
          ("portless", .strings(services.filter { $0.serverPort == nil }.map { $0.name })),
          ("doubt", .string(doubt)), ("warnings", .strings(warnings)),
        ])
      }
    } catch {
      throw ControlMistake(
        "there are \(OverrideTable.mostOverrides) overrides already",
        hint: "release some, or force all services with one command, without '--service'")
    }
  }

  fileprivate func release(_ call: ControlCall) throws(ControlMistake) {
    let service = call.request["service"]
    // The call is answered after this has returned.
    let answer = ReleaseAnswer()
    do throws(OverrideTable.Refusal) {
      answer.ended = try overrides.release(service, by: author(of: call), Clock.monotonic()) { doubt in
        call.finish([("released", .strings(answer.ended.map { "\($0)" })), ("doubt", .string(doubt))])
      }
    } catch {
      switch error {
      case .nothing:
        throw ControlMistake(
          service.map { "nothing is forced of service '\($0)'" } ?? "nothing is forced: there is nothing to release",
          hint: service == nil ? nil : "without '--service', whatever is forced is released")
      case .tooManyReleased, .tooMany:
        throw ControlMistake(
          "\(OverrideTable.mostReleased) services are released by name already",
          hint: "release all, and force the ones that are meant with '--service'")
      }
    }
  }

  private func time(_ text: String?) throws(ControlMistake) -> Duration? {
    guard let text else { return nil }
    do throws(Finding) {
      let time = try parseDuration(text)
      if forcedTimes.contains(time) { return time }
    } catch {
      throw ControlMistake("--for: \(error.message)", hint: error.hint)
    }
    let limits = "\(durationText(forcedTimes.lowerBound)) to \(durationText(forcedTimes.upperBound))"
    throw ControlMistake("--for takes \(limits)", hint: "without it, the words hold until they are released")
  }

  /// Who is answerable. Whoever became root by sudo(8) is known to the command, and root may say anything; of everybody else
  /// the kernel's word counts, with the name that this host's own list of users has for it.
  private func author(of call: ControlCall) -> Override.Author {
    let user = UInt32(truncatingIfNeeded: call.peer.user)
    if user == 0, let name = call.request["by"], UserNames.isName(name) {
      return Override.Author(userID: 0, name: name)
    }
    return Override.Author(userID: user, name: UserNames.name(of: user) ?? "uid \(user)")
  }
}

/// What a release has ended, for its answer.
private final class ReleaseAnswer {
  var ended: [Override] = []
}
