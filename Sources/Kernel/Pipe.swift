// A pipe: bytes in at one end, out at the other.

internal import CLinux

/// Two ends of a pipe, of which one is usually given to a child.
public struct Pipe: ~Copyable {
  /// Where bytes come out; does not block.
  public let reading: Descriptor
  /// Where bytes go in; blocks, as programs expect of what they write to.
  public let writing: Descriptor

  /// An empty pipe. pipe2
  public init() throws(SystemError) {
    var numbers: (Int32, Int32) = (-1, -1)
    try check("pipe2") {
      withUnsafeMutablePointer(to: &numbers) { pointer in
        pointer.withMemoryRebound(to: Int32.self, capacity: 2) { clinux_pipe_cloexec($0) }
      }
    }
    let near = Descriptor(owning: numbers.0)
    let far = Descriptor(owning: numbers.1)
    try near.setNonblocking()
    reading = near
    writing = far
  }
}
