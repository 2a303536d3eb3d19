import Testing

@testable import Kernel

@Suite struct HandedDescriptorTests {
  @Test(
    arguments: [
      ("1", 3..<4), ("2", 3..<5), ("\(HandedDescriptor.most)", 3..<Int32(HandedDescriptor.most) + 3),
      ("\(HandedDescriptor.most + 1)", 3..<3), ("0", 3..<3), ("-1", 3..<3), ("9223372036854775807", 3..<3),
      ("99999999999999999999", 3..<3), ("x", 3..<3), ("", 3..<3), (nil, 3..<3),
    ] as [(String?, Range<Int32>)])
  func soManyMayBeHandedOver(count: String?, numbers: Range<Int32>) {
    let process = "\(ThisProcess.identifier)"
    #expect(HandedDescriptor.numbers(process: process, count: count) == numbers)
    for other in ["\(ThisProcess.identifier + 1)", "", "\(process) ", nil] {
      #expect(HandedDescriptor.numbers(process: other, count: count).isEmpty)
    }
  }
}
