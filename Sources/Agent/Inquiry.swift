// What a sampler asks its helper for: a question for each path, and one for all listeners together.

import Metrics

/// A question to a helper, and the inputs that its answer is for.
struct Inquiry {
  let operation: HelperOperation
  let path: String
  let payload: [UInt8]
  /// Places in `Readings.inputs`. Where there are several, the answer has a part for each, in this order.
  let inputs: [Int]

  /// The questions for whatever cannot be read from a kernel file. Of inputs that share a question, those beyond its
  /// limit are left out.
  static func all(for inputs: [Input], roots: Roots) -> [Inquiry] {
    var inquiries: [Inquiry] = []
    var listeners: [(input: Int, question: ListenerQuestion)] = []
    for (index, input) in inputs.enumerated() {
      func ask(_ operation: HelperOperation, _ path: String) {
        inquiries.append(Inquiry(operation: operation, path: path, payload: [], inputs: [index]))
      }
      switch input {
      case .filesystem(let path): ask(.statvfs, path)
      case .status(let path): ask(.stat, path)
      case .contents(let path): ask(.read, path)
      case .directory(let path, ages: false): ask(.count, path)
      case .directory(let path, ages: true): ask(.oldest, path)
      case .listener(let question): listeners.append((index, question))
      case .file, .clock, .probe, .balancers: break
      }
    }
    listeners.removeLast(max(0, listeners.count - ListenerRecord.most))
    if !listeners.isEmpty {
      inquiries.append(
        Inquiry(
          operation: .listeners, path: roots.path(of: .file(root: .net, path: "")),
          payload: ListenerRecord.write(listeners.map { $0.question }), inputs: listeners.map { $0.input }))
    }
    return inquiries
  }
}
