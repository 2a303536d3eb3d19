// The kernel's files, and those of containers that pretend to be the kernel's: whatever stands in them, values are
// finite and not negative. The first byte says which file it is, a byte 0xFF separates one sample from the next.

import Language
import Metrics

/// Every input that some metric reads, with the metrics that read it.
private let inputs: [(input: Input, references: [MetricReference])] = {
  var users: [Input: [MetricReference]] = [:]
  for (place, source) in Catalogue.host.sources.enumerated() where !source.isProbe {
    for arguments in arguments(of: source) {
      for (metric, shape) in source.metrics.enumerated() {
        guard case .none = shape.argument else { continue }
        let reference = MetricReference(source: place, arguments: arguments, metric: metric, inPercent: false)
        let readings = Readings(references: [reference], stale: .zero, pageSize: 4096)
        for case let input in readings.inputs where input.isFile { users[input, default: []].append(reference) }
      }
    }
  }
  return users.sorted { "\($0.key)" < "\($1.key)" }.map { ($0.key, $0.value) }
}()

/// What a source may be asked with, so that each of its files is among what it reads.
private func arguments(of source: SourceShape) -> [[Argument]] {
  switch source.argument {
  case .none: [[]]
  case .number(_, let isOptional): (isOptional ? [[]] : []) + [[.number(3)]]
  case .numberOrText: [[.number(443)], [.text("/run/app.sock")]]
  case .path: [[.text("/var")]]
  case .text, .name, .times: ["sda", "cciss!c0d0", "eth0", "self", "system.slice/nginx.service"].map { [.text($0)] }
  }
}

extension Input {
  fileprivate var isFile: Bool { if case .file = self { true } else { false } }
}

extension FuzzTarget {
  static let kernelFile = FuzzTarget(name: "kernel-file", largest: 4096) { bytes in
    guard let first = bytes.first else { return }
    let (input, references) = inputs[Int(first) % inputs.count]
    let readings = Readings(references: references, stale: .zero, pageSize: 4096)
    guard let place = readings.inputs.firstIndex(of: input) else { return }
    var second = 0
    for sample in bytes.dropFirst().split(separator: 0xFF, maxSplits: 3, omittingEmptySubsequences: false) {
      let text = Array(sample)
      readings.begin(at: .seconds(second))
      readings.accept(place, text.span)
      readings.finish()
      second += 5
      for case let value? in readings.values { promise(value.isFinite && value >= 0, "\(input): \(value)") }
    }
  } seeds: {
    var seeds: [[UInt8]] = []
    for (number, (input, _)) in inputs.enumerated() {
      let end = Roots().path(of: input)
      for text in files(below: "Tests/Fixtures", where: { "/\($0)".hasSuffix(end) }) {
        let cut = Array(text.prefix(2000))
        seeds.append([UInt8(number)] + cut + [0xFF] + cut)
      }
    }
    return seeds
  }
}
