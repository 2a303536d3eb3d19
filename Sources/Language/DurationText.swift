import Diagnostics

/// A duration as keys have it: `90s`, `1m30s`, `100ms`. Negative, unit-less and unknown ones are findings that say what to write.
public func parseDuration(_ text: String) throws(Finding) -> Duration { fatalError() }
