import Testing

@testable import Reply

/// The same words for load balancers that ask by HTTP.
@Suite struct OtherBalancersTests {
  @Test(arguments: [
    (Words(), 0, Words.HealthAnswer.serves),
    (Words(health: .up), 0, .serves),
    (Words(weightPercent: 100, health: .up), 0, .serves),
    (Words(weightPercent: 256), 0, .serves),
    (Words(weightPercent: 50, maxconn: 30, health: .up), 50, .serves),
    (Words(weightPercent: 1, administrative: .ready), 99, .serves),
    (Words(weightPercent: 0, health: .up), 100, .drains),
    (Words(weightPercent: 50, administrative: .drain, health: .up), 102, .drains),
    (Words(administrative: .maint, health: .up), 102, .down),
    (Words(weightPercent: 50, health: .down), 101, .down),
    (Words(health: .stopped), 101, .down),
    (Words(administrative: .drain, health: .fail), 101, .down),
  ])
  func whatTheyAreTold(words: Words, load: Int, health: Words.HealthAnswer) {
    #expect(words.adaptiveLoad == load)
    #expect(words.healthAnswer == health)
  }

  /// A line is read as it was written, reasons or not.
  @Test func aLineIsReadAgain() {
    for words in [Words(health: .up), Words(weightPercent: 0, maxconn: 7, administrative: .drain, health: .down)] {
      for reasons in [[], ["50% maxconn:1 # down"]] {
        var line: [UInt8] = []
        writeLine(words, reasons: reasons, into: &line)
        #expect(Words(ofLine: line) == words)
      }
    }
    #expect(Words(ofLine: [0x0A]) == nil)
  }
}
