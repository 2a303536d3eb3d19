// Where this host's control groups are: read when rules are loaded, not at every sample.

import Kernel
import Metrics

extension ControlGroups {
  /// Finds them below these roots. Where the files cannot be read there are none, and each metric of a group says so.
  init(below roots: Roots) {
    func text(_ input: Input) -> [UInt8] {
      var bytes: [UInt8] = []
      do throws(SystemError) {
        let count = try KernelFileReader(roots.path(of: input)).read(into: &bytes)
        return Array(bytes.prefix(count))
      } catch {
        return []
      }
    }
    let (mounts, memberships) = (text(Self.mounts), text(Self.memberships))
    self.init(mounts: mounts.span, memberships: memberships.span, roots: roots)
  }
}
