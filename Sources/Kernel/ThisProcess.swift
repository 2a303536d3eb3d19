// What this process knows about itself, and what it may do to itself.

internal import CLinux

/// This process.
public enum ThisProcess {
  /// The arguments, the program's name first. Bytes that are not UTF-8 become U+FFFD.
  public static func arguments() -> [String] { strings(UnsafePointer(clinux_arguments())) }

  /// The value of an environment variable. getenv
  public static func environment(_ name: String) -> String? {
    name.withCString { getenv($0) }.map { String(cString: $0) }
  }

  /// Takes an environment variable: afterwards there is none, neither for us nor for whom we start. getenv, unsetenv
  public static func takeEnvironment(_ name: String) -> String? {
    let value = environment(name)
    _ = name.withCString { unsetenv($0) }
    return value
  }

  private static func strings(_ list: UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> [String] {
    var result: [String] = []
    guard var next = list else { return result }
    while let text = next.pointee {
      result.append(String(cString: text))
      next += 1
    }
    return result
  }

  /// The process number. getpid
  public static var identifier: Int { Int(getpid()) }

  /// The process number of the parent; 1, or that of some other reaper, when the parent is gone. getppid
  public static var parent: Int { Int(getppid()) }

  /// The user whose rights this process has; 0 is root. geteuid
  public static var user: Int { Int(geteuid()) }

  /// The group whose rights this process has, and that the files that it makes belong to. getegid
  public static var group: UInt32 { getegid() }

  /// Bytes in a page of memory. sysconf _SC_PAGESIZE
  public static var pageSize: Int { sysconf(Int32(_SC_PAGESIZE)) }

  /// Clock ticks in a second, the unit of processor times in /proc. sysconf _SC_CLK_TCK
  public static var ticksPerSecond: Int { sysconf(Int32(_SC_CLK_TCK)) }

  /// Allows itself as many open files as the administrator allows, and says how many that are. Where that fails the
  /// number stays as it is. getrlimit, setrlimit RLIMIT_NOFILE
  public static func raiseDescriptorLimit() -> Int {
    var limit = rlimit()
    _ = clinux_get_descriptor_limit(&limit)
    if limit.rlim_cur < limit.rlim_max {
      var raised = limit
      raised.rlim_cur = limit.rlim_max
      if clinux_set_descriptor_limit(&raised) == 0 { limit = raised }
    }
    return Int(clamping: limit.rlim_cur)
  }

  /// Allows itself no more open files than this, or than it has been allowed, and can take that back: programs that
  /// walk through all descriptors that there could be are slow otherwise. getrlimit, setrlimit RLIMIT_NOFILE
  public static func lowerDescriptorLimit(to number: Int) {
    var limit = rlimit()
    guard clinux_get_descriptor_limit(&limit) == 0, limit.rlim_cur > rlim_t(number) else { return }
    limit.rlim_cur = rlim_t(number)
    _ = clinux_set_descriptor_limit(&limit)
  }

  /// Becomes another program, in the folder `/`, with these arguments (the first is its name), with these `NAME=value`
  /// and no other environment. Returns only where that fails. chdir, execve
  public static func become(_ program: String, arguments: [String], environment: [String]) -> SystemError {
    guard chdir("/") == 0 else { return SystemError("chdir") }
    let arguments = CStrings(arguments)
    let environment = CStrings(environment)
    _ = program.withCString { execve($0, arguments.pointer, environment.pointer) }
    return SystemError("execve")
  }

  /// Kills all processes of a group. kill SIGKILL
  public static func killGroup(_ leader: Int) { _ = CLinux.kill(-pid_t(leader), SIGKILL) }

  /// Gives memory that was freed back to the kernel: after something large that will not soon be done again.
  /// malloc_trim
  public static func returnFreeMemory() { _ = malloc_trim(0) }

  /// From now on the kernel ends this process when its parent ends. prctl PR_SET_PDEATHSIG
  public static func dieWithParent() { clinux_die_with_parent() }

  /// From now on a crash says where it happened, on standard error, before the process dies of it. `prefix` stands
  /// before that line: the priority, where a service manager reads it. sigaltstack, sigaction
  public static func installCrashHandler(prefix: StaticString = "") {
    prefix.withUTF8Buffer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { clinux_install_crash_handler($0.baseAddress) }
    }
  }

  /// Whoever has started this program may not want to know of children that end, and leaves that to it: then the kernel
  /// would take them away before we can look. From now on they wait for us. signal SIGCHLD
  public static func keepEndedChildren() { clinux_default(SIGCHLD) }

  /// Stops until somebody sends SIGCONT, as a shell does upon `fg`. kill SIGSTOP
  public static func suspend() { _ = kill(getpid(), SIGSTOP) }

  /// Ends this process with a status from 0 to 255. exit
  public static func exit(_ status: Int) -> Never { CLinux.exit(Int32(status)) }

  /// Ends this process because we are wrong: says why on standard error and traps, so that the crash handler says
  /// where.
  public static func fail(_ reason: String) -> Never {
    StandardStream.error.write("agentcheckd: \(reason)\n")
    clinux_trap()
  }
}
