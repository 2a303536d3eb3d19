// What was remembered, and may have been torn or changed since: it is refused, or it is what writing it again gives.

@testable import Agent

extension FuzzTarget {
  static let stateFile = FuzzTarget(name: "state-file", largest: 4096) { bytes in
    if let contents = Seal.open(bytes) { promise(Seal.seal(contents) == bytes, "what is open was sealed") }
    if let balancers = Balancers(bytes.span) {
      var once: [UInt8] = []
      balancers.write(into: &once)
      var twice: [UInt8] = []
      Balancers(once.span)?.write(into: &twice)
      promise(once == twice, "what was remembered is read as it is written")
    }
  } seeds: {
    let texts = [
      "at 127.0.0.1:9999\nweight\n", "at :9999 silent\nanybody\ndone 2001:db8::1\n",
      "at :9999 saying web\nabsent 2\nowed 192.0.2.1\nowed 192.0.2.2\n",
    ].map { Array($0.utf8) }
    return texts + texts.map { Seal.seal($0) }
  }
}
