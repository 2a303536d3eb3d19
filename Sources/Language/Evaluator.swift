// The loop that runs a program. Unknown is NaN: whatever is computed with it is NaN, and whatever is not finite becomes NaN.
// Comparisons and logic look for it themselves.

/// Runs some of these operations and returns what they leave: a finite number, or NaN for unknown. The stack is large enough
/// for them.
func evaluate(
  _ code: [Operation], _ range: Range<Int>, _ values: [Double?], _ windows: [Double], _ points: [CurvePoint],
  _ stack: inout [Double]
) -> Double {
  let code = code.span
  let values = values.span
  let windows = windows.span
  let points = points.span
  var stack = stack.mutableSpan
  var top = -1
  for place in range {
    switch code[place] {
    case .constant(let value):
      top += 1
      stack[top] = value
    case .slot(let slot):
      top += 1
      stack[top] = finite(values[Int(slot)] ?? .nan)
    case .window(let window):
      top += 1
      stack[top] = finite(windows[Int(window)])
    case .negate:
      stack[top] = -stack[top]
    case .not:
      stack[top] = not(stack[top])
    case .known:
      stack[top] = stack[top].isNaN ? 0 : 1
    case .and:
      top -= 1
      stack[top] = and(stack[top], stack[top + 1])
    case .or:
      top -= 1
      stack[top] = not(and(not(stack[top]), not(stack[top + 1])))
    case .compare(let comparison):
      top -= 1
      stack[top] = compare(stack[top], stack[top + 1], comparison)
    case .add:
      top -= 1
      stack[top] = finite(stack[top] + stack[top + 1])
    case .subtract:
      top -= 1
      stack[top] = finite(stack[top] - stack[top + 1])
    case .multiply:
      top -= 1
      stack[top] = finite(stack[top] * stack[top + 1])
    case .share:
      top -= 1
      stack[top] = finite(stack[top] * stack[top + 1] / 100)
    case .divide:
      top -= 1
      stack[top] = finite(stack[top] / stack[top + 1])
    case .least:
      top -= 1
      stack[top] = least(stack[top], stack[top + 1])
    case .greatest:
      top -= 1
      stack[top] = -least(-stack[top], -stack[top + 1])
    case .clamp:
      top -= 2
      stack[top] = least(-least(-stack[top], -stack[top + 1]), stack[top + 2])
    case .choose:
      top -= 2
      let condition = stack[top]
      stack[top] = condition.isNaN ? .nan : condition != 0 ? stack[top + 1] : stack[top + 2]
    case .curve(let start, let count):
      stack[top] = height(at: stack[top], of: points.extracting(Int(start)..<Int(start + count)))
    }
  }
  return stack[0]
}

@inline(__always)
private func finite(_ value: Double) -> Double { value.isFinite ? value : .nan }

/// Yes is anything but 0.
@inline(__always)
private func not(_ value: Double) -> Double { value.isNaN ? .nan : value == 0 ? 1 : 0 }

/// No if either is no, whatever the other is.
@inline(__always)
private func and(_ one: Double, _ other: Double) -> Double {
  if one == 0 || other == 0 { return 0 }
  return one.isNaN || other.isNaN ? .nan : 1
}

/// The smaller, unknown if either is.
@inline(__always)
private func least(_ one: Double, _ other: Double) -> Double {
  one.isNaN || other.isNaN ? .nan : one < other ? one : other
}

@inline(__always)
private func compare(_ one: Double, _ other: Double, _ comparison: Comparison) -> Double {
  if one.isNaN || other.isNaN { return .nan }
  let holds =
    switch comparison {
    case .less: one < other
    case .lessOrEqual: one <= other
    case .greater: one > other
    case .greaterOrEqual: one >= other
    case .equal: one == other
    case .notEqual: one != other
    }
  return holds ? 1 : 0
}

/// The height of a curve: flat outside of its points, straight between them.
private func height(at x: Double, of points: Span<CurvePoint>) -> Double {
  guard !x.isNaN else { return .nan }
  guard x > points[0].x else { return points[0].y }
  for place in 1..<points.count where x <= points[place].x {
    let left = points[place - 1]
    let right = points[place]
    return finite(left.y + (right.y - left.y) * ((x - left.x) / (right.x - left.x)))
  }
  return points[points.count - 1].y
}
