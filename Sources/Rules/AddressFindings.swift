// What is wrong with an address or a network, said to the person who wrote it.

import Diagnostics
import Text

extension Finding {
  private static func badAddress(_ text: String, _ why: String, hint: String, at range: Range<Int>) -> Finding {
    Finding(.badAddress, "cannot listen on '\(text.shortened)': \(why)", at: range, hint: hint)
  }

  private static func badNetwork(_ text: String, _ why: String, hint: String, at range: Range<Int>) -> Finding {
    Finding(.badNetwork, "'\(text.shortened)' is not a network: \(why)", at: range, hint: hint)
  }

  /// The sentence for a mistake in `listen:` or `observe:`; its range counts in the text of the address. `port` is what is
  /// usual there.
  static func addressMistake(_ mistake: InternetAddress.Mistake, _ text: String, port usual: Int) -> Finding {
    let all = 0..<text.utf8.count
    let portWhy = "the port is not a number from 1 to 65535"
    switch mistake {
    case .empty:
      return badAddress(text, "it is empty", hint: "write \":\(usual)\", or leave the key out", at: all)
    case .portAlone:
      guard let port = Int(text), 1...65535 ~= port else {
        return badAddress(text, portWhy, hint: "write a port behind a colon, as in \":\(usual)\"", at: all)
      }
      return badAddress(text, "a port stands behind a colon", hint: "write \":\(text)\"", at: all)
    case .noPort:
      let isHost = (try? InternetAddress("\(text):\(usual)")) != nil
      return badAddress(
        text, "there is no port",
        hint: isHost
          ? "write the port behind a colon: \"\(text):\(usual)\""
          : "write \":\(usual)\", or \"127.0.0.1:\(usual)\" for this host alone", at: all)
    case .port(let range):
      let host = String(decoding: Array(text.utf8)[..<range.lowerBound], as: UTF8.self)
      return badAddress(text, portWhy, hint: "write a number, as in \"\(host)\(usual)\"", at: range)
    case .noBrackets:
      let parts = text.listed
      if parts.count > 1 {
        let list = parts.map { "\"\($0)\"" }.joined(separator: ", ")
        return badAddress(text, "several addresses are a list", hint: "write [\(list)]", at: all)
      }
      if let bracketed = bracketed(text) {
        return badAddress(
          text, "an IPv6 address stands in brackets", hint: "write \"\(bracketed)\", in quotes", at: all)
      }
      return badAddress(
        text, "it is not an address and a port",
        hint: "write \":\(usual)\", \"127.0.0.1:\(usual)\" or \"[::1]:\(usual)\"",
        at: all)
    case .brackets(let range):
      return badAddress(
        text, "only an IPv6 address stands in brackets", hint: "write \"[::1]:\(usual)\" or \"127.0.0.1:\(usual)\"",
        at: range)
    case .host(let range):
      let port = String(decoding: Array(text.utf8)[range.upperBound...], as: UTF8.self)
      let isName = text.utf8.first?.isLetter == true
      return badAddress(
        text, isName ? "names are not looked up" : "the host is not an address",
        hint: "write an address of this host, as in \"127.0.0.1\(port)\", or \"\(port)\" for all", at: range)
    }
  }

  /// `::1:9999` with the brackets where they are meant, if what comes before the last colon is an address.
  private static func bracketed(_ text: String) -> String? {
    guard let colon = text.utf8.lastIndex(of: .of(":")) else { return nil }
    let host = String(text[..<colon])
    guard case .v6? = IPAddress(host) else { return nil }
    return "[\(host)]\(text[colon...])"
  }

  /// The sentence for a mistake in `allow:`; its range counts in the text of the network.
  static func networkMistake(_ mistake: AddressBlock.Mistake, _ text: String) -> Finding {
    switch mistake {
    case .address(let range):
      if ["any", "all", "everyone", "everybody", "*"].contains(text.lowercased()) {
        return badNetwork(text, "it is a word", hint: "leave 'allow' out: everyone may then probe", at: range)
      }
      let parts = text.listed
      if parts.count > 1, parts.allSatisfy({ (try? AddressBlock($0)) != nil }) {
        let list = parts.map { $0.utf8.contains(.of(":")) ? "\"\($0)\"" : $0 }.joined(separator: ", ")
        return badNetwork(text, "several networks are a list", hint: "write [\(list)]", at: 0..<text.utf8.count)
      }
      return badNetwork(
        text, text.utf8.first?.isLetter == true ? "names are not looked up" : "it is not an address",
        hint: "write 10.0.0.0/8, 192.0.2.7, \"2001:db8::/32\" or \"::1\"", at: range)
    case .prefix(let range, let limit):
      let bytes = Array(text.utf8)
      let network = String(decoding: bytes[..<max(0, range.lowerBound - 1)], as: UTF8.self)
      let meant = prefix(ofMask: String(decoding: bytes[range], as: UTF8.self)) ?? (limit == 32 ? 24 : 64)
      return badNetwork(
        text, "the prefix is a number from 0 to \(limit)", hint: "write it as in '\(network)/\(meant)'", at: range)
    }
  }

  /// How many bits a mask such as `255.0.0.0` has, if it is one.
  private static func prefix(ofMask text: String) -> Int? {
    guard case .v4(let bits)? = IPAddress(text) else { return nil }
    let count = (~bits).leadingZeroBitCount
    return count == bits.nonzeroBitCount ? count : nil
  }

  static func hostBitsSet(_ text: String, _ block: AddressBlock, at range: Range<Int>) -> Finding {
    Finding(
      .hostBitsSet, "'\(text)' has bits set behind its prefix", at: range,
      hint: "write '\(block.canonical)' for the network, or '\(block.address)' for the one address")
  }

  static func duplicateAddress(_ text: String, at range: Range<Int>) -> Finding {
    Finding(.duplicateAddress, "address '\(text)' stands here twice", at: range, hint: "name it once")
  }
}

extension InternetAddress {
  /// Where a rule file without `listen` is served: every address, port 9999.
  public static let standard = InternetAddress(.every, port: 9999)
}

extension String {
  /// What is listed in it, as other tools have it: between commas or blanks.
  fileprivate var listed: [String] {
    utf8.split { $0 == .of(",") || $0.isBlank }.map { String(Substring($0)) }
  }
}
