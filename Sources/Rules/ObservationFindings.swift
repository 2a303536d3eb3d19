// What is wrong with `observe`.

import Diagnostics
import Text

extension Finding {
  static func observeNothing(at range: Range<Int>) -> Finding {
    Finding(
      .observeNothing, "'observe' says neither where nor into which file", at: range,
      hint: "write 'observe: 127.0.0.1:9998', or below it 'listen:', 'balancers:' or 'textfile:'")
  }

  /// `owner` is who has the other address: a service, or another key.
  static func observeSharedAddress(
    _ address: String, with other: String, of owner: String, at range: Range<Int>
  ) -> Finding {
    Finding(
      .observeSharedAddress,
      address == other
        ? "'\(address.shortened)' is also an address of \(owner)"
        : "'\(address.shortened)' overlaps '\(other)', an address of \(owner)",
      at: range, hint: "choose another port")
  }

  static func textFileName(_ path: String, at range: Range<Int>) -> Finding {
    Finding(
      .textFileName, "node_exporter reads only files whose names end in '\(textFileSuffix)'", at: range,
      hint: "write '\(path.shortened)\(path.utf8.last == .of("/") ? "agentcheckd" : "")\(textFileSuffix)'")
  }
}
