// The version that `--version` says: of the program, not of any part of it.

/// As in the newest entry of CHANGELOG.md; a test compares them.
let version = "0.1.0"
