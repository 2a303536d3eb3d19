// Looking up the name of a host in a process of its own: a name server may never answer, and the resolver waits for it.

import Kernel
import Text

/// The short life of a process that looks up one name.
public enum LookupProcess {
  /// The first argument by which this program is told to do so. Behind it: the number of the daemon's process, the name.
  public static let argument = "lookup"

  /// The longest list of addresses that is told; nobody tries more of them within a second.
  static let mostAddresses = 16

  /// Writes the addresses of the name, one a line, in the order in which they are to be tried. Exit code 1: there are none,
  /// and the line says why.
  public static func run(_ arguments: ArraySlice<String>) -> Never {
    ThisProcess.dieWithParent()
    guard arguments.count == 2, let parent = arguments.first, let name = arguments.last,
      Int(parent) == ThisProcess.parent
    else { ThisProcess.exit(1) }
    do throws(LookupError) {
      StandardStream.output.write(text(of: try HostNames.getaddrinfo(name)))
    } catch {
      StandardStream.output.write("\(error.message)\n")
      ThisProcess.exit(1)
    }
    ThisProcess.exit(0)
  }

  /// What `run` writes of the addresses of a name.
  static func text(of addresses: [IPAddress]) -> String {
    addresses.prefix(mostAddresses).map { "\($0)\n" }.joined()
  }

  /// The addresses that `run` has written.
  static func addresses(in text: [UInt8]) -> [IPAddress] {
    text.split(separator: 0x0A).compactMap { IPAddress(String(decoding: $0, as: UTF8.self)) }
  }
}
