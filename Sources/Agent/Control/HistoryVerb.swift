// `history`: what has happened, a record a line, the oldest first; with `--follow`, a line `{"damaged":0}` behind what was, and
// then what happens, as it happens.

import Kernel
import Text

extension ControlVerb {
  static let history = ControlVerb(
    "history", changes: false, options: [ControlOption("follow", takesValue: false)]
  ) { call, daemon in
    let reader = HistoryReader(call, follows: call.request.has("follow"), history: daemon.history)
    guard daemon.history.begin(reader, Clock.monotonic()) else {
      return call.fail("too many read the history already", .busy)
    }
  }
}
