// `status`: everything there is to tell about the daemon at this instant.

import Kernel
import Text

extension ControlVerb {
  static let status = ControlVerb("status", changes: false) { call, daemon in
    guard case .object(let members) = daemon.statusDocument(Clock.monotonic()) else { return }
    call.finish(members)
  }
}
