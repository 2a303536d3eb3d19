// A service may have a /tmp of its own (PrivateTmp= of systemd): what others put into the host's, its rules never see, while
// `check` and `explain`, which somebody runs in a shell, do.

import Kernel
import Metrics
import Text

/// The directories for temporary files that this process has instead of the host's.
enum PrivateDirectories {
  /// Those of this process; none where that is not known.
  static var ofThisProcess: [String] {
    var bytes: [UInt8] = []
    guard let count = try? KernelFileReader("/proc/self/mountinfo").read(into: &bytes) else { return [] }
    return all(in: bytes[..<count])
  }

  /// Mount points below which systemd has put a directory of a service's own.
  ///
  ///     36 35 98:0 /tmp/systemd-private-3c5f-agentcheckd.service-Xy/tmp /tmp rw,relatime - ext4 /dev/sda1 rw
  static func all(in mounts: ArraySlice<UInt8>) -> [String] {
    mounts.split(separator: .of("\n")).compactMap { line in
      let fields = line.split(separator: .of(" "), maxSplits: 5)
      guard fields.count > 4, fields[3].split(separator: .of("/")).contains(where: { $0.starts(with: marker) }) else {
        return nil
      }
      return String(decoding: fields[4], as: UTF8.self)
    }
  }

  private static let marker = Array("systemd-private-".utf8)

  /// A sentence for each path that is asked about and that lies in one of these directories, which are not looked for where
  /// no path is asked about.
  static func warnings(about inputs: [Input], in directories: @autoclosure () -> [String]) -> [String] {
    var paths: [String] = []
    for input in inputs {
      switch input {
      case .status, .contents, .directory, .pidfile, .probe: paths.append(Roots().path(of: input))
      case .file, .filesystem, .listener, .processes, .clock, .balancers: break
      }
    }
    if paths.isEmpty { return [] }
    let directories = directories()
    return paths.compactMap { path in
      directories.first { path.hasPrefix("\($0)/") }.map { directory in
        "'\(path)' is not what others see: this service has a \(directory) of its own. Put it elsewhere, as below /run,"
          + " or set PrivateTmp=no in a drop-in"
      }
    }
  }
}
