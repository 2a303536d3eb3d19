// The command line.

import Agent
import Kernel
import Text

@main
struct App {
  static func main() {
    let arguments = ThisProcess.arguments()
    if arguments.count > 1, arguments[1] == HelperProcess.argument { HelperProcess.run() }
  }
}
