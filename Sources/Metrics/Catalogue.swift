// The list. Its order is the order of the manual; whatever needs to know what can be asked reads this literal.

import Language

/// Every source. To add one: a parser under Files/, a definition under Sources/, a line here.
let definitions: [Definition] = [
  .cpu,
  .load,
  .memory,
  .swap,
  .processorPressure,
  .memoryPressure,
  .devicePressure,
  .filesystem,
  .disk,
  .network,
  .tcp,
  .listener,
  .connectionTracking,
  .openFiles,
  .process,
  .pidfile,
  .controlGroup,
  .file,
  .directory,
  .host,
  .time,
  .balancers,
]

extension Catalogue {
  /// Everything that can be asked of this host without declaring anything.
  public static let host = Catalogue(definitions.map { $0.shape }, foreignNames: foreignNames)
}
