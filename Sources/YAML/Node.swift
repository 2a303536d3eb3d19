// The tree that a file is read into. It is YAML's own shape and nothing more: three kinds of nodes, each of which
// remembers where it stood. What the keys mean is decided by whoever asked for the tree.

/// A value, and where it stands.
///
/// A node that came through an alias stands where the alias `*name` stands, and so does everything in it: whatever is
/// wrong with it is wrong at that place, though it may be right where the anchor is.
public final class Node {
  /// Its bytes in the source: from the first to behind the last, brackets and quotes included, anchor left out. Empty
  /// for a value that is not there (`web:`), at the place where it would begin.
  public let range: Range<Int>
  /// What it holds.
  public let content: Content
  /// Whether a finding has been made about this node already, so that its contents are not what the author meant:
  /// a sequence or mapping that ends at a syntax error lacks what came behind, a scalar with a tag is only a part.
  /// Nothing more should be said about a broken scalar, nor about what a broken sequence or mapping lacks.
  public let isBroken: Bool

  /// A node at a place.
  public init(range: Range<Int>, content: Content, isBroken: Bool = false) {
    self.range = range
    self.content = content
    self.isBroken = isBroken
  }
}

/// What a node holds.
public enum Content {
  /// A text.
  case scalar(Scalar)
  /// A list: `[a, b]`, or lines that begin with `- `.
  case sequence([Node])
  /// Keys and values, in the order of the file, each key once.
  case mapping([Entry])
}

/// One key of a mapping, and its value.
public struct Entry {
  /// The key, which is always a scalar.
  public let key: Node
  /// The value. A scalar that `isEmpty` where none is written.
  public let value: Node

  /// A key with its value.
  public init(key: Node, value: Node) {
    self.key = key
    self.value = value
  }
}
