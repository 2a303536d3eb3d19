// What a sampler asks its helper for: a question for each path, one for all listeners together, and one for all names of
// processes.

import Metrics

/// A question to a helper, and the inputs that its answer is for.
struct Inquiry {
  let operation: HelperOperation
  let path: String
  private(set) var payload: [UInt8]
  /// Places in `Readings.inputs`, and which part of the answer is for each.
  private(set) var inputs: [(place: Int, part: Int)]

  /// The questions for whatever cannot be read from a kernel file. Of inputs that share a question, those beyond its
  /// limit are left out: `reasonLeftOut` says why.
  static func all(for inputs: [Input], roots: Roots) -> [Inquiry] {
    var inquiries: [Inquiry] = []
    var listeners: [(input: Int, question: ListenerQuestion)] = []
    var processes: [(input: Int, question: ProcessQuestion)] = []
    for (index, input) in inputs.enumerated() {
      func ask(_ operation: HelperOperation, _ path: String, _ payload: [UInt8] = []) {
        inquiries.append(Inquiry(operation: operation, path: path, payload: payload, inputs: [(index, 0)]))
      }
      switch input {
      case .filesystem(let path): ask(.statvfs, path)
      case .status(let path): ask(.stat, path)
      case .contents(let path): ask(.read, path)
      case .directory(let path, ages: false): ask(.count, path)
      case .directory(let path, ages: true): ask(.oldest, path)
      case .listener(let question): listeners.append((index, question))
      case .processes(let question): processes.append((index, question))
      case .pidfile(let path, let wantsFiles):
        let payload = ProcessRecord.write(root: roots.proc, wantsFiles: wantsFiles)
        if let known = inquiries.firstIndex(where: { $0.operation == .pidfile && $0.path == path }) {
          inquiries[known].inputs.append((index, 0))
          if wantsFiles { inquiries[known].payload = payload }
        } else {
          ask(.pidfile, path, payload)
        }
      case .file, .clock, .probe, .balancers: break
      }
    }
    listeners.removeLast(max(0, listeners.count - ListenerRecord.most))
    if !listeners.isEmpty {
      inquiries.append(
        Inquiry(
          operation: .listeners, path: roots.path(of: .file(root: .net, path: "")),
          payload: ListenerRecord.write(listeners.map { $0.question }),
          inputs: listeners.enumerated().map { ($0.element.input, $0.offset) }))
    }
    var names: [ProcessQuestion] = []
    var inputs: [(place: Int, part: Int)] = []
    for (input, question) in processes {
      if let part = names.firstIndex(where: { $0.name == question.name }) {
        inputs.append((input, part))
        if question.wantsFiles { names[part] = question }
      } else if names.count < ProcessRecord.most {
        inputs.append((input, names.count))
        names.append(question)
      }
    }
    if !names.isEmpty {
      inquiries.append(
        Inquiry(operation: .processes, path: roots.proc, payload: ProcessRecord.write(names), inputs: inputs))
    }
    return inquiries
  }

  /// Why no question asks for an input that a helper would have to look for.
  static func reasonLeftOut(_ input: Input) -> Absence? {
    switch input {
    case .listener: .missing("rules ask for more than \(ListenerRecord.most) listeners")
    case .processes: .missing("rules ask for more than \(ProcessRecord.most) names of processes")
    default: nil
    }
  }
}
