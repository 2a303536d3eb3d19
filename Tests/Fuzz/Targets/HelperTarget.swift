// The records between this program and its helper, which may be hurt: what is understood is written as it was read.

@testable import Agent

extension FuzzTarget {
  static let helper = FuzzTarget(name: "helper", largest: 17_000) { bytes in
    var written: [UInt8] = []
    if let question = HelperQuestion(bytes.span) {
      question.write(to: &written)
      promise(HelperQuestion(written.span)?.number == question.number, "a question survives being written")
    }
    if let answer = HelperAnswer(bytes[...]) {
      answer.write(to: &written)
      promise(HelperAnswer(written[...])?.number == answer.number, "an answer survives being written")
    }
    if let questions = ListenerRecord.questions(in: bytes.span) {
      let once = ListenerRecord.write(questions)
      let again = ListenerRecord.questions(in: once.span)
      promise(again.map { ListenerRecord.write($0) } == once, "listeners survive, too")
    }
    for place in 0...2 { _ = ListenerRecord.facts(at: place, in: bytes.span) }
  } seeds: {
    var bytes: [UInt8] = []
    HelperQuestion(generation: 1, number: 2, operation: .statvfs, path: "/var").write(to: &bytes)
    return [bytes, [UInt8](repeating: 0, count: 70)]
  }
}
