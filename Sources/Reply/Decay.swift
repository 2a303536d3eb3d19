// The one transcendental function that this program needs, so that no room of pure functions has to know the C library.

/// e to the power of `-x`, for `x` of 0 and more. The relative error is below 1e-15, or 1e-15 times `x` where that is more.
func decay(_ x: Double) -> Double {
  // e^-x = 2^-halvings · e^-rest with rest in 0..<ln 2, where a short Taylor series is exact.
  let ln2 = 0.693147180559945309417
  let halvings = (x / ln2).rounded(.down)
  guard halvings < 1000 else { return 0 }  // below 1e-301: nothing that could be seen in a weight
  let rest = x - halvings * ln2
  let terms = 20  // 0.7^20 / 20! is 3e-22
  var sum = 1.0
  for term in stride(from: terms, to: 0, by: -1) { sum = 1 - rest / Double(term) * sum }
  return sum * Double(sign: .plus, exponent: -Int(halvings), significand: 1)
}
