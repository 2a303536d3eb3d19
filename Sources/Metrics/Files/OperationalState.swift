// /sys/class/net/INTERFACE/operstate: whether a network interface can pass packets (RFC 2863).
//
//     up
//
// "unknown" is what the loopback interface and others say whose drivers do not tell: such an interface is switched on and
// has a carrier. One that is switched off is "down".

import Text

/// What such a file says.
struct OperationalState: KernelText {
  /// Whether packets can pass.
  private(set) var isUp = false

  mutating func parse(_ lines: Span<UInt8>) -> Bool {
    var cursor = Cursor()
    let word = cursor.word(in: lines)
    isUp = lines.equals("up", in: word) || lines.equals("unknown", in: word)
    return isUp || lines.equals("down", in: word) || lines.equals("lowerlayerdown", in: word)
      || lines.equals("dormant", in: word) || lines.equals("notpresent", in: word) || lines.equals("testing", in: word)
  }
}
