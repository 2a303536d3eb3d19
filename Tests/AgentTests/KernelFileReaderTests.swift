import Kernel
import Testing
import Text

@testable import Agent

@Suite struct KernelFileReaderTests {
  @Test(arguments: [0, 1])
  func aFileHasALimit(beyond: Int) throws {
    let folder = try TemporaryFolder()
    try folder.write([UInt8](repeating: .of("1"), count: KernelFileReader.limitBytes + beyond), to: "stat")
    let reader = KernelFileReader(folder.path + "/stat")
    var bytes = [UInt8](repeating: 0, count: KernelFileReader.limitBytes + 1)
    do throws(SystemError) {
      let count = try reader.read(into: &bytes)
      #expect(count == KernelFileReader.limitBytes && beyond == 0)
    } catch {
      #expect(error.isTooLarge && beyond == 1)
    }
  }
}
