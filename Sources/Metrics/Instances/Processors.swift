// The processors of this host.

import Language

extension InstanceListing {
  /// The processors that are online, by rising number.
  static let processors = InstanceListing("processor", in: ProcessorTimes.input) { lines in
    var times = ProcessorTimes()
    guard times.parse(lines) else { return nil }
    return Instances(usual: times.processors.map { .number($0.number) })
  }
}
