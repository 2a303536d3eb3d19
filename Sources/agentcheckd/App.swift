// The command line.

import Text

@main
struct App {
  static func main() {}
}
