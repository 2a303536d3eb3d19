// Embedded Swift has no reflection: interpolating a value without a description of its own would print
// "(cannot print value in embedded Swift)" at run time, silently. This overload is chosen for exactly those values,
// and its deprecation is an error in this package, so that the mistake cannot be built.

#if hasFeature(Embedded)
  extension DefaultStringInterpolation {
    /// Catches what has no `CustomStringConvertible` conformance.
    @available(*, deprecated, message: "not CustomStringConvertible in Embedded Swift")
    public mutating func appendInterpolation<T>(_ value: T) {}
  }

  // The standard library's way to append a text is inlined into every interpolation, 200 bytes of code for each piece of
  // each sentence: half of the released program. These shadow it and are called.
  extension DefaultStringInterpolation {
    /// Appends what stands between the interpolated values.
    @inline(never)
    public mutating func appendLiteral(_ literal: String) { write(literal) }

    /// Appends a text.
    @inline(never)
    public mutating func appendInterpolation(_ text: String) { write(text) }
  }
#endif
