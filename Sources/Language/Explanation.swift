// Why a condition holds or does not, with numbers.

/// The comparisons that decided a condition, in the user's names and in people's units:
/// `idle 93.1% is not < 10%`, `memory.available 512M is < 1G`.
public func explanation(of condition: Checked, in machine: Machine, _ values: [Double?]) -> String { fatalError() }
