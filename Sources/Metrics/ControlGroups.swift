// Where this host's control groups are. Version 2 has one tree of directories; version 1 has one for each controller, or
// for several together; many hosts have both. Which it is changes only when the host starts, so that it is found out once.
//
//     35 24 0:29 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate
//     33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:10 - cgroup cgroup rw,cpu,cpuacct
//
// is how /proc/self/mountinfo shows a tree of version 2, and one of version 1, whose options name its controllers. In
// /proc/self/cgroup stands the group of this process in each tree, by number, controllers and path:
//
//     4:memory:/system.slice/agentcheckd.service
//     0::/system.slice/agentcheckd.service

import Text

/// The trees of control groups.
public struct ControlGroups: Equatable, Sendable {
  /// The first of the files that say where they are.
  public static var mounts: Input { MountTable.input }
  /// The second of them.
  public static var memberships: Input { .file(root: .proc, path: "self/cgroup") }

  /// What can be asked of a group, each possibly in a tree of its own.
  enum Controller: Int, CaseIterable {
    case quota, processorTime, memory, tasks, pressure

    /// The option of a tree of version 1 that has it.
    fileprivate var option: StaticString? {
      switch self {
      case .quota: "cpu"
      case .processorTime: "cpuacct"
      case .memory: "memory"
      case .tasks: "pids"
      case .pressure: nil
      }
    }
  }

  private struct Tree: Equatable {
    /// Below the root of the device file system.
    let directory: String
    let isUnified: Bool
    /// The group of this process, below the directory. Absent where it lies outside of what is mounted.
    let own: String?
  }

  private var trees: [Tree?] = .init(repeating: nil, count: Controller.allCases.count)

  /// No control groups at all.
  public init() {}

  /// Finds the trees below the root of the device file system. Takes the whole texts of `mounts` and `memberships`, empty
  /// where one could not be read.
  public init(mounts: Span<UInt8>, memberships: Span<UInt8>, roots: Roots) {
    // A tree below a root that was moved is the host's, any other the container's own. Recorded mounts know neither.
    for root in [roots.sys, "/sys"] { add(mounts, memberships, below: Array("\(root)/".utf8)) }
  }

  private mutating func add(_ mounts: Span<UInt8>, _ memberships: Span<UInt8>, below root: [UInt8]) {
    var cursor = Cursor()
    while !cursor.isAtEnd(of: mounts) {
      if let line = MountLine(&cursor, in: mounts) {
        let point = mounts.unescaped(line.point)
        if point.starts(with: root) {
          let directory = String(decoding: point.dropFirst(root.count), as: UTF8.self)
          let top = mounts.unescaped(line.root)
          if mounts.equals("cgroup2", in: line.type) {
            let own = memberships.group(of: nil).flatMap { below(top, $0) }
            add(Tree(directory: directory, isUnified: true, own: own)) { _ in true }
          } else if mounts.equals("cgroup", in: line.type) {
            for controller in Controller.allCases {
              guard let option = controller.option, mounts.lists(option, in: line.options) else { continue }
              let own = memberships.group(of: option).flatMap { below(top, $0) }
              add(Tree(directory: directory, isUnified: false, own: own)) { $0 == controller }
            }
          }
        }
      }
      cursor.skipLine(in: mounts)
    }
  }

  /// The first mount of a tree counts, and a controller that version 1 has is not in the other tree.
  private mutating func add(_ tree: Tree, for isIn: (Controller) -> Bool) {
    for controller in Controller.allCases where isIn(controller) {
      if let known = trees[controller.rawValue], known.isUnified == tree.isUnified || tree.isUnified { continue }
      trees[controller.rawValue] = tree
    }
  }

  /// The directory of a group in the tree that has a controller. The path is below the top of the tree; `self` is the
  /// group of this process.
  func directory(of path: String, _ controller: Controller) throws(Gap) -> GroupDirectory {
    guard let tree = trees[controller.rawValue] else {
      let what = controller.option.map { "no tree of control groups has '\($0)'" } ?? "no control groups of version 2"
      throw .absent(.missing(what), Self.mounts)
    }
    guard let group = path == "self" ? tree.own : path else {
      throw .absent(.missing("the group of agentcheckd is outside of what is mounted"), Self.memberships)
    }
    let words = group.split(separator: "/")
    return GroupDirectory(path: ([tree.directory[...]] + words).joined(separator: "/"), isUnified: tree.isUnified)
  }
}

/// Where the files of a control group are.
struct GroupDirectory {
  /// Below the root of the device file system.
  let path: String
  /// Whether it is a group of version 2.
  let isUnified: Bool

  /// One of its files.
  func file(_ name: String) -> Input { .file(root: .sys, path: "\(path)/\(name)") }
}

/// A group's path, as seen from the directory that is mounted. Absent where the group lies outside of it.
private func below(_ top: [UInt8], _ group: [UInt8]) -> String? {
  let prefix = top == [.of("/")] ? [] : top
  guard group.starts(with: prefix) else { return nil }
  let rest = group.dropFirst(prefix.count)
  // Where a process has been moved out of its name space, its path begins with "/..".
  guard rest.isEmpty || rest.first == .of("/"), !rest.starts(with: "/..".utf8) else { return nil }
  return String(decoding: rest, as: UTF8.self)
}

extension Span<UInt8> {
  /// Whether a word, which is a list with commas, has this item.
  fileprivate func lists(_ item: StaticString, in word: Range<Int>) -> Bool {
    var start = word.lowerBound
    for offset in start...word.upperBound where offset == word.upperBound || self[offset] == .of(",") {
      if equals(item, in: start..<offset) { return true }
      start = offset + 1
    }
    return false
  }

  /// The path of this process in the tree with a controller; without one, in that of version 2.
  fileprivate func group(of controller: StaticString?) -> [UInt8]? {
    var cursor = Cursor()
    while !cursor.isAtEnd(of: self) {
      let line = cursor.line(in: self)
      guard let first = line.first(where: { self[$0] == .of(":") }),
        let second = line.first(where: { $0 > first && self[$0] == .of(":") })
      else { continue }
      let list = first + 1..<second
      if controller.map({ lists($0, in: list) }) ?? list.isEmpty { return bytes(in: second + 1..<line.upperBound) }
    }
    return nil
  }
}

extension Cursor {
  /// Takes a line, without its line feed.
  fileprivate mutating func line(in bytes: Span<UInt8>) -> Range<Int> {
    let start = offset
    skipLine(in: bytes)
    let isWhole = offset > start && bytes[offset - 1] == 0x0A
    return start..<(isWhole ? offset - 1 : offset)
  }
}
