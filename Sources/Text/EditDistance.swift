// How far apart two words are, for "did you mean".

/// The number of letters to insert, delete, replace or swap with their neighbour to turn one word into the other
/// (optimal string alignment). Letters that differ only in case count as one half step, rounded up in the sum.
public func editDistance(_ one: String, _ other: String) -> Int {
  let a = Array(one.utf8)
  let b = Array(other.utf8)
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = (0...b.count).map { $0 * 2 }
  for i in 0..<a.count {
    var row = [(i + 1) * 2]
    row.reserveCapacity(b.count + 1)
    for j in 0..<b.count {
      let replace = a[i] == b[j] ? 0 : a[i].lowercased == b[j].lowercased ? 1 : 2
      var best = min(last[j] + replace, last[j + 1] + 2, row[j] + 2)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 2) }
      row.append(best)
    }
    beforeLast = last
    last = row
  }
  return (last[b.count] + 1) / 2
}

/// The candidate nearest to a mistyped word, or nothing where none is near enough to be meant:
/// at most one step for every three letters begun. The first of equally near ones wins.
public func closest(to word: String, among candidates: [String]) -> String? {
  let limit = (word.utf8.count + 2) / 3
  var best: (word: String, distance: Int)?
  for candidate in candidates where abs(candidate.utf8.count - word.utf8.count) <= limit {
    let distance = editDistance(word, candidate)
    if distance <= limit, distance < best?.distance ?? Int.max { best = (candidate, distance) }
  }
  return best?.word
}
