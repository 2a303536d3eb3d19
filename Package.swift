// swift-tools-version: 6.2
import PackageDescription

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

// swift build, swift run, swift test      ordinary Swift: where people work, where the unit tests run
// EMBEDDED=1 swift build -c release       Embedded Swift: what is released (see the Makefile)
//
// The order of the targets is the law of the house: a target depends on targets above it only,
// and on no more of them than it needs. Sources/README.md is the guided tour.
let embedded = Context.environment["EMBEDDED"] == "1"
/// `Tests/fuzz` sets it: libFuzzer brings a main function of its own, which an ordinary build does not have.
let fuzzing = Context.environment["FUZZING"] == "1"

/// <toolchain>/usr/lib/swift, found from the library that this manifest itself is linked to:
/// the compiler driver does not look for the Unicode tables of Embedded Swift by itself.
func resourceDirectory() -> String? {
  guard let maps = fopen("/proc/self/maps", "r") else { return nil }
  defer { fclose(maps) }
  var line: UnsafeMutablePointer<CChar>?
  var size = 0
  defer { free(line) }
  while getline(&line, &size, maps) > 0, let line {
    let text = String(cString: line)
    guard let tail = text.firstRange(of: "/pm/ManifestAPI/libPackageDescription.so") else { continue }
    return text.firstIndex(of: "/").map { String(text[$0..<tail.lowerBound]) }
  }
  return nil
}

#if arch(arm64)
  let triple = "aarch64-unknown-linux-gnu"
#else
  let triple = "x86_64-unknown-linux-gnu"
#endif

/// The folder with the Unicode tables. `Tests/Release/arm64` says where those for another machine are.
let unicodeTables =
  Context.environment["UNICODE_TABLES"] ?? resourceDirectory().map { "\($0)/embedded/\(triple)" }

/// In place of this folder's name, in debug information and elsewhere: the released program is the same wherever it is built.
let sourceName = "/usr/src/agentcheckd"

/// In both builds: what Embedded Swift lacks is an error in ordinary builds too, and so is any other warning.
let common: [SwiftSetting] = [
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
  .treatWarning("EmbeddedRestrictions", as: .error),
]
let ordinary: [SwiftSetting] = [
  .unsafeFlags([
    "-Xfrontend", "-disable-implicit-concurrency-module-import",
    "-Xfrontend", "-disable-implicit-string-processing-module-import",
  ])
]
/// What is released is the same wherever it is built, so that anybody can build it again and compare (Tests/Package/reproduce).
/// Left alone, the compiler writes into the program a hash of each module, paths included, by which it would skip generating
/// code the next time; and into its debug information where its cache of C modules was, which is of no use elsewhere.
let tiny: [SwiftSetting] = [
  .enableExperimentalFeature("Embedded"),
  .unsafeFlags(
    [
      "-Osize", "-Xfrontend", "-function-sections", "-Xllvm", "-enable-machine-outliner=always",
      "-Xllvm", "-inline-threshold=0", "-file-prefix-map", "\(Context.packageDirectory)=\(sourceName)",
      "-file-compilation-dir", sourceName,
      "-Xfrontend", "-disable-incremental-llvm-codegen", "-Xfrontend", "-no-clang-module-breadcrumbs",
    ], .when(configuration: .release)),
]
let swift = common + (embedded ? tiny : ordinary)
let tests: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// DWARF 4 is what gdb 13 and valgrind 3.19 of Debian 12 can read.
let c: [CSetting] =
  [
    .unsafeFlags([
      "-gdwarf-4", "-Wall", "-Wextra", "-Werror", "-ffile-prefix-map=\(Context.packageDirectory)=\(sourceName)",
    ])
  ]
  + (embedded ? [.define("EMBEDDED_SWIFT")] : [])

let link: [LinkerSetting] =
  [.linkedLibrary("m")]
  + (!embedded
    ? []
    : [
      .linkedLibrary("swiftUnicodeDataTables"),
      .unsafeFlags([
        "-L", unicodeTables ?? "/nonexistent",
        "-use-ld=lld", "-Xlinker", "--icf=all", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker", "-z",
        "-Xlinker", "now", "-Xlinker", "-z", "-Xlinker", "relro", "-Xlinker", "--build-id=sha1",
      ]),
    ])

let package = Package(
  name: "agentcheckd",
  targets: [
    .target(name: "CLinux", cSettings: c),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .target(name: "Text", swiftSettings: swift),
    .target(name: "Diagnostics", dependencies: ["Text"], swiftSettings: swift),
    .target(name: "Language", dependencies: ["Text", "Diagnostics"], swiftSettings: swift),
    .target(name: "Metrics", dependencies: ["Text", "Language"], swiftSettings: swift),
    .target(name: "Reply", dependencies: ["Text"], swiftSettings: swift),
    .target(name: "Web", dependencies: ["Text"], swiftSettings: swift),
    .target(name: "YAML", dependencies: ["CYAML", "Text", "Diagnostics"], swiftSettings: swift),
    .target(
      name: "Rules", dependencies: ["Text", "Diagnostics", "Language", "Metrics", "Reply", "YAML"],
      swiftSettings: swift),
    .target(name: "Kernel", dependencies: ["CLinux", "Text"], swiftSettings: swift),
    .target(
      name: "Agent",
      dependencies: ["Text", "Diagnostics", "Language", "Metrics", "Reply", "Web", "YAML", "Rules", "Kernel"],
      swiftSettings: swift),
    .executableTarget(
      name: "agentcheckd",
      dependencies: ["Text", "Diagnostics", "Language", "Metrics", "Reply", "Rules", "Kernel", "Agent"],
      swiftSettings: swift, linkerSettings: link),
  ]
    + (embedded
      ? []
      : [
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: tests),
        .target(
          name: "FuzzTargets", dependencies: ["Agent", "Diagnostics", "Language", "Metrics", "Rules", "Text", "Web"],
          path: "Tests/Fuzz/Targets", swiftSettings: tests),
        .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets", "TestSupport"], swiftSettings: tests),
        .testTarget(name: "TextTests", dependencies: ["Text", "TestSupport"], swiftSettings: tests),
        .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics", "TestSupport"], swiftSettings: tests),
        .testTarget(name: "LanguageTests", dependencies: ["Language", "TestSupport"], swiftSettings: tests),
        .testTarget(name: "MetricsTests", dependencies: ["Metrics", "TestSupport"], swiftSettings: tests),
        .testTarget(name: "ReplyTests", dependencies: ["Reply", "TestSupport"], swiftSettings: tests),
        .testTarget(name: "WebTests", dependencies: ["Web", "Text", "TestSupport"], swiftSettings: tests),
        .testTarget(
          name: "YAMLTests", dependencies: ["YAML", "TestSupport"], exclude: ["Goldens"], swiftSettings: tests),
        .testTarget(
          name: "RulesTests", dependencies: ["Rules", "Language", "Metrics", "Diagnostics", "TestSupport"],
          swiftSettings: tests),
        .testTarget(name: "KernelTests", dependencies: ["Kernel", "TestSupport"], swiftSettings: tests),
        .testTarget(name: "AgentTests", dependencies: ["Agent", "Web", "TestSupport"], swiftSettings: tests),
        .testTarget(
          name: "CommandTests",
          dependencies: ["agentcheckd", "Agent", "Diagnostics", "Kernel", "Language", "Metrics", "Rules", "Text"],
          swiftSettings: tests),
        .testTarget(
          name: "DocumentationTests", dependencies: ["agentcheckd", "Agent", "Rules", "Metrics"], swiftSettings: tests),
        .testTarget(name: "EndToEndTests", dependencies: ["agentcheckd", "TestSupport"], swiftSettings: tests),
      ])
    + (fuzzing
      ? [
        .executableTarget(
          name: "fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Entry",
          swiftSettings: [.unsafeFlags(["-parse-as-library"])])
      ] : []),
  swiftLanguageModes: [.v6]
)
