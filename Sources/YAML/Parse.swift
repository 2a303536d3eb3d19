// From a file's bytes to its tree.

import Diagnostics

/// Reads a YAML document, and a JSON document as the YAML that it also is.
///
/// Findings count in bytes of the source and stand in the order of the file; the first syntax error is the last of them.
/// The tree reaches as far as the file could be read; a node that a finding spoils is marked as broken.
/// There is no tree where there is nothing to use.
public func parse(_ source: Source) -> (root: Node?, findings: [Finding]) {
  (nil, [])
}
