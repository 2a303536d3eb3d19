// What a machine does: postfix operations on a stack of numbers. Unknown is NaN there, because arithmetic passes it on by itself.

/// One step of a program.
enum Operation: Sendable {
  /// Pushes a number.
  case constant(Double)
  /// Pushes a sampled value.
  case slot(Int32)
  /// Pushes what a window says.
  case window(Int32)
  case negate
  case not
  case known
  case and
  case or
  case compare(Comparison)
  case add
  case subtract
  case multiply
  /// Multiplies, and divides by 100: a percent of something.
  case share
  case divide
  case least
  case greatest
  /// Takes x, low, high.
  case clamp
  /// Takes a condition and two alternatives.
  case choose
  /// Takes x, and leaves what the curve with these points of the assembly is there.
  case curve(start: Int32, count: Int32)
}
