// Values as people read them.

/// A value in a unit that suits its size: `93.1%`, `1.5G`, `2m30s`, `10MB/s`, `12.5`, `yes`, `unknown`.
public func valueText(_ value: Double?, kind: Kind) -> String { fatalError() }
