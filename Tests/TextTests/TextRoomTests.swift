import Testing

@testable import Text

@Suite struct TextRoom {
  @Test func nearestWordsAreFound() {
    #expect(closest(to: "cpu.idel", among: ["cpu.iowait", "cpu.idle"]) == "cpu.idle")
    #expect(closest(to: "CPU.Idle", among: ["cpu.idle"]) == "cpu.idle")
    #expect(closest(to: "banana", among: ["cpu.idle"]) == nil)
  }

  @Test func numbersAreWrittenAsPeopleWriteThem() {
    #expect(decimalText(93.06, decimals: 1) == "93.1")
    #expect(decimalText(-0.04, decimals: 1) == "0.0")
    #expect(decimalText(5, decimals: 0) == "5")
    #expect(decimalText(1.05, decimals: 2) == "1.05")
    var line: [UInt8] = []
    line.append(decimal: -120)
    line.append(decimal: 0)
    #expect(line == Array("-1200".utf8))
  }
}
