import Metrics
import Testing

@testable import Agent

@Suite struct PrivateDirectoriesTests {
  private static let mounts = """
    22 28 0:20 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
    471 466 254:1 /tmp/systemd-private-3c5f0e7a-agentcheckd.service-Xy12/tmp /tmp rw,relatime shared:1 - ext4 /dev/vda1 rw
    472 466 254:1 /var/tmp/systemd-private-3c5f0e7a-agentcheckd.service-Zz34/tmp /var/tmp rw,relatime - ext4 /dev/vda1 rw
    473 466 0:40 / /srv/systemd-private-matters rw - tmpfs tmpfs rw

    """

  @Test func theyStandInTheTableOfMounts() {
    #expect(PrivateDirectories.all(in: Array(Self.mounts.utf8)[...]) == ["/tmp", "/var/tmp"])
    #expect(PrivateDirectories.all(in: [][...]) == [])
    #expect(PrivateDirectories.all(in: Array("1 2 3 /systemd-private-".utf8)[...]) == [])
  }

  @Test func whatRulesAskThereIsNotWhatOthersSee() {
    let inputs: [Input] = [
      .status(path: "/tmp/maintenance"), .status(path: "/tmpfiles/a"), .contents(path: "/var/tmp/lag"),
      .contents(path: "/run/lag"),
      .filesystem(path: "/tmp/x"),
    ]
    let warnings = PrivateDirectories.warnings(about: inputs, in: ["/tmp", "/var/tmp"])
    #expect(
      warnings == [
        """
        '/tmp/maintenance' is not what others see: this service has a /tmp of its own. Put it elsewhere, as below /run, or \
        set PrivateTmp=no in a drop-in
        """,
        """
        '/var/tmp/lag' is not what others see: this service has a /var/tmp of its own. Put it elsewhere, as below /run, or \
        set PrivateTmp=no in a drop-in
        """,
      ])
    #expect(PrivateDirectories.warnings(about: inputs, in: []) == [])
  }
}
