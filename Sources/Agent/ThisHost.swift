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
    var text: [UInt8] = []
    for input in listing.inputs {
      var bytes: [UInt8] = []
      guard let count = try? KernelFileReader(roots.path(of: input)).read(into: &bytes) else { continue }
      text += bytes.prefix(count)
    }
    return listing.instances(in: text.span)
  }

  /// Why a metric has no whole to take a percent of; absent where it has one, or where asking for it could hang.
  public func missingWhole(of reference: MetricReference, roots: Roots) -> String? {
    let readings = Readings(references: [reference], stale: .seconds(1), pageSize: ThisProcess.pageSize)
    var bytes: [UInt8] = []
    // A rate has no value before the second sample, and a whole is not asked for before there is a value.
    for second in [1, 2] {
      readings.begin(at: .seconds(second))
      for (index, input) in readings.inputs.enumerated() {
        guard case .file = input else { return nil }
        do throws(SystemError) {
          let count = try KernelFileReader(roots.path(of: input)).read(into: &bytes)
          readings.accept(index, bytes.span.extracting(0..<count))
        } catch {
          readings.fail(index, .system(code: error.code))
        }
      }
      readings.finish()
    }
    guard case .missing(let what)? = readings.absence(of: 0)?.absence else { return nil }
    return what
  }

  /// Why this user cannot run a program here; absent where he can, or where that cannot be found out.
  public func obstacle(toRunning path: String) -> String? {
    do throws(SystemError) {
      let kind = try File.stat(path).kind
      if kind != .regular { return kind == .directory ? "it is a directory" : "it is no program" }
      return File.isExecutable(path) ? nil : "this user may not execute it"
    } catch {
      return error.isNoSuchFile ? "there is no such file" : nil
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
