// Listeners of this very process, over netlink and in the lists.

import Foundation
import Kernel
import Metrics
import Testing

@testable import Agent

@Suite struct ListenerSearchTests {
  private static func facts(
    _ sockets: UInt64, queue: UInt64, of backlog: UInt64?, _ connections: UInt64
  ) -> ListenerFacts {
    var facts = ListenerFacts(knowsBacklog: false)
    (facts.sockets, facts.queue, facts.backlog, facts.connections) = (sockets, queue, backlog, connections)
    return facts
  }

  @Test(arguments: ["/proc/net/", "/proc/self/net/"])
  func portsOfBothFamilies(tables: String) throws {
    // The lists lack the backlog.
    func backlog(_ number: Int) -> UInt64? { tables == "/proc/net/" ? UInt64(number) : nil }
    let port = try freePort()
    let questions = [
      ListenerQuestion(.port(port), wantsConnections: true), ListenerQuestion(.port(port), wantsConnections: false),
    ]
    func found() throws -> [ListenerFacts] { try ListenerSearch.facts(questions, tables: tables) }
    #expect(try found()[0] == Self.facts(0, queue: 0, of: backlog(0), 0))
    let first = try Listener(on: .everyV4, port: port, sharing: true)
    let second = try Listener(on: .everyV4, port: port, sharing: true)
    let third = try Listener(on: .everyV6, port: port)
    // Bound is not listening.
    #expect(try found()[0] == Self.facts(0, queue: 0, of: backlog(0), 0))
    try first.listen()
    try third.listen()
    let most = Listener.backlog
    #expect(try found()[1] == Self.facts(2, queue: 0, of: backlog(2 * most), 0))
    try second.listen()
    var probers: [Prober] = []
    for address in [loopback, loopback, loopback, .v6(0, 1)] { probers.append(try Prober(to: address, port: port)) }
    #expect(
      try found() == [
        Self.facts(3, queue: 4, of: backlog(3 * most), 4), Self.facts(3, queue: 4, of: backlog(3 * most), 0),
      ])
    #expect(try ConnectionCount.established(at: [port]) == 4)
    guard case .connection(let accepted, _) = third.accept() else {
      Issue.record("nobody came")
      return
    }
    #expect(try found()[0] == Self.facts(3, queue: 3, of: backlog(3 * most), 4))
    accepted.shutdown(.sending)
    withExtendedLifetime(probers) {}
  }

  @Test(arguments: ["/proc/net/", "/proc/self/net/"])
  func unixSockets(tables: String) throws {
    let isNetlink = tables == "/proc/net/"
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/with blank.sock"
    func descriptor(_ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32) throws -> Int32 {
      let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      var name = sockaddr_un()
      name.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
      let result = withUnsafePointer(to: &name) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          body(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      try #require(result == 0)
      return number
    }
    let question = ListenerQuestion(.path(Array(path.utf8)), wantsConnections: true)
    func found() throws -> ListenerFacts { try ListenerSearch.facts([question], tables: tables)[0] }
    let listener = try descriptor { bind($0, $1, $2) }
    defer { close(listener) }
    #expect(try found() == Self.facts(0, queue: 0, of: isNetlink ? 0 : nil, 0))
    try #require(listen(listener, 7) == 0)
    var ends: [Int32] = []
    defer { for end in ends { close(end) } }
    for _ in 0..<3 { ends.append(try descriptor { connect($0, $1, $2) }) }
    #expect(try found() == Self.facts(1, queue: 3, of: isNetlink ? 7 : nil, 3))
    ends.append(accept(listener, nil, nil))
    #expect(try found() == Self.facts(1, queue: 2, of: isNetlink ? 7 : nil, 3))
  }

  @Test func withoutListsThereIsAReason() {
    #expect(throws: SystemError.self) {
      try ListenerSearch.facts([ListenerQuestion(.port(1), wantsConnections: false)], tables: "/nonexistent/")
    }
  }

  /// More than an answer has room for: those at the end are not asked for, and that is said of them.
  @Test func asManyAreAskedForAsAnAnswerHasRoomFor() {
    let listeners = (1...ListenerRecord.most + 1).map {
      Input.listener(ListenerQuestion(.port(UInt16($0)), wantsConnections: false))
    }
    let names = (1...ProcessRecord.most + 1).map {
      Input.processes(ProcessQuestion(Array("p\($0)".utf8), wantsFiles: false))
    }
    let asked = Inquiry.all(for: listeners + names, roots: Roots()).flatMap { $0.inputs.map { $0.place } }
    let leftOut = (listeners + names).indices.filter { !asked.contains($0) }
    #expect(leftOut == [listeners.count - 1, listeners.count + names.count - 1])
    #expect(
      leftOut.map { Inquiry.reasonLeftOut((listeners + names)[$0]) } == [
        .missing("rules ask for more than 512 listeners"), .missing("rules ask for more than 204 names of processes"),
      ])
    #expect(Inquiry.reasonLeftOut(.clock) == nil)
  }

  /// However long the names are that rules ask for; and those that something can have arrive whole.
  @Test func theLongestQuestionFits() {
    let long = [UInt8](repeating: .of("x"), count: 5000)
    let listener = ListenerQuestion(.path(long), wantsConnections: true)
    let process = ProcessQuestion(long, wantsFiles: true)
    let listeners = ListenerRecord.write([ListenerQuestion](repeating: listener, count: ListenerRecord.most))
    let processes = ProcessRecord.write([ProcessQuestion](repeating: process, count: ProcessRecord.most))
    for question in [listeners, processes] { #expect(question.count <= HelperQuestion.largestPayload) }
    for count in [108, ListenerRecord.longestPath, ListenerRecord.longestPath + 1] {
      let record = ListenerRecord.write([ListenerQuestion(.path(Array(long.prefix(count))), wantsConnections: true)])
      let kept = Array(long.prefix(min(count, ListenerRecord.longestPath)))
      #expect(ListenerRecord.questions(in: record.span) == [ListenerQuestion(.path(kept), wantsConnections: true)])
    }
    for count in [255, ProcessRecord.longestName, ProcessRecord.longestName + 1] {
      let record = ProcessRecord.write([ProcessQuestion(Array(long.prefix(count)), wantsFiles: true)])
      let kept = Array(long.prefix(min(count, ProcessRecord.longestName)))
      #expect(ProcessRecord.questions(in: record.span) == [ProcessQuestion(kept, wantsFiles: true)])
    }
  }

  @Test func questionsAndAnswersArriveAsTheyWere() {
    let questions = [
      ListenerQuestion(.port(443), wantsConnections: true), ListenerQuestion(.path([]), wantsConnections: false),
      ListenerQuestion(.path([0, 255, 64]), wantsConnections: true),
    ]
    let written = ListenerRecord.write(questions)
    #expect(ListenerRecord.questions(in: written.span) == questions)
    for count in 1..<written.count {
      let cut = Array(written.prefix(count))
      let read = ListenerRecord.questions(in: cut.span)
      #expect(read == nil || read!.count < questions.count)
    }
    let facts = [Self.facts(1, queue: 2, of: 3, 4), Self.facts(.max, queue: 0, of: nil, 5)]
    var answer: [UInt8] = []
    ListenerRecord.write(facts, to: &answer)
    #expect(facts.indices.map { ListenerRecord.facts(at: $0, in: answer.span) } == facts)
    #expect(ListenerRecord.facts(at: 2, in: answer.span) == nil)
  }
}
