// What operators have forced, kept over a restart: it is refused, or it is what writing it again gives.

import Rules

@testable import Agent

extension FuzzTarget {
  static let overrides = FuzzTarget(name: "overrides", largest: 4096) { bytes in
    guard let kept = OverrideTable.read(bytes.span) else { return }
    let once = text(kept)
    guard let again = OverrideTable.read(once.span) else { fatalError("broken promise: what is written is read") }
    promise(text(again) == once, "overrides are read as they are written")
  } seeds: {
    [
      "boot b1\noverride 0% drain\nevery\nreleased db\nreleased web\nby 1000 anna\nbecause bad disk\nsince 1732360000000\n"
        + "until 1732367200000 7200000 12345678\n",
      "boot b1\noverride 50% maxconn:3\nservice web\nby 0 root\nsince 5\noverride maint\nevery\nby 0 root\nsince 6\n",
      "boot \n",
    ].map { Array($0.utf8) }
  }

  private static func text(_ kept: (boot: String, table: OverrideTable)) -> [UInt8] {
    var bytes: [UInt8] = []
    kept.table.write(boot: kept.boot, into: &bytes)
    return bytes
  }
}
