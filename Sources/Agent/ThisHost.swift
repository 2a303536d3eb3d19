// This host, for the warnings about a rule file that names what it does not have.

import Kernel
import Language
public import Metrics
public import Rules

/// What this host has. Asking for a path waits for as long as its file system does.
public final class ThisHost: HostInventory {
  /// This host.
  public init() {}

  /// What a source's argument can be; absent where that cannot be listed.
  public func instances(ofSource source: Int, roots: Roots) -> Instances? {
    guard let listing = InstanceListing.of(source: source) else { return nil }
    var bytes: [UInt8] = []
    do throws(SystemError) {
      let count = try KernelFileReader(roots.path(of: listing.input)).read(into: &bytes)
      return listing.instances(in: bytes.span.extracting(0..<count))
    } catch {
      return nil
    }
  }

  /// Whether something has this name; absent where that cannot be found out, as behind a directory that is not ours.
  public func exists(_ path: String) -> Bool? {
    do throws(SystemError) {
      _ = try File.stat(path)
      return true
    } catch {
      return error.isNoSuchFile ? false : nil
    }
  }
}
