import Testing

@testable import Agent

@Suite struct TimerQueueTests {
  @Test func timersAreTakenInTheOrderOfTheirDeadlines() {
    var queue = TimerQueue()
    let timers = (0..<4).map { _ in queue.add() }
    #expect(queue.next == nil)
    queue.set(timers[0], at: .seconds(3))
    queue.set(timers[1], at: .seconds(1))
    queue.set(timers[2], at: .seconds(2))
    queue.set(timers[3], at: .seconds(2))
    #expect(queue.next == .seconds(1))
    #expect(queue.takeDue(by: .milliseconds(999)) == nil)
    #expect(queue.takeDue(by: .seconds(2)) == timers[1])
    #expect(queue.takeDue(by: .seconds(2)) == timers[2])
    #expect(queue.takeDue(by: .seconds(2)) == timers[3])
    #expect(queue.takeDue(by: .seconds(2)) == nil)
    #expect(queue.next == .seconds(3))
  }

  @Test func aTimerHasOneDeadlineAtMost() {
    var queue = TimerQueue()
    let timer = queue.add()
    queue.set(timer, at: .seconds(1))
    queue.set(timer, at: .seconds(5))
    #expect(queue.count == 1)
    #expect(queue.next == .seconds(5))
    queue.set(timer, at: nil)
    #expect(queue.count == 0)
    #expect(queue.takeDue(by: .seconds(9)) == nil)
  }

  @Test func agreesWithSortingOverAnySequence() {
    var generator = SystemRandomNumberGenerator()
    var queue = TimerQueue()
    let timers = (0..<20).map { _ in queue.add() }
    var expected: [Int: Duration] = [:]
    for _ in 0..<5_000 {
      let index = Int.random(in: 0..<20, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0:
        queue.set(timers[index], at: nil)
        expected[index] = nil
      case 1:
        let now = Duration.milliseconds(Int.random(in: 0..<1000, using: &generator))
        if let taken = queue.takeDue(by: now) {
          let number = timers.firstIndex(of: taken)!
          #expect(expected[number] == expected.values.min())
          #expect(expected.removeValue(forKey: number)! <= now)
        } else {
          #expect(expected.values.allSatisfy { $0 > now })
        }
      default:
        let deadline = Duration.milliseconds(Int.random(in: 0..<1000, using: &generator))
        queue.set(timers[index], at: deadline)
        expected[index] = deadline
      }
      #expect(queue.next == expected.values.min())
      #expect(queue.count == expected.count)
    }
  }
}
