// What is wrong with an address or a network, said to the person who wrote it.

import Diagnostics
import Text

extension Finding {
  /// The sentence for a mistake in `listen:`; its range counts in the text of the address.
  static func addressMistake(_ mistake: InternetAddress.Mistake, _ text: String) -> Finding {
    let all = 0..<text.utf8.count
    switch mistake {
    case .empty:
      return .badAddress(text, why: "it is empty", hint: "write \":9999\", or leave the key out", at: all)
    case .portAlone:
      return .badAddress(text, why: "a port stands behind a colon", hint: "write \":\(text)\"", at: all)
    case .noPort:
      return .badAddress(
        text, why: "there is no port", hint: "write the port behind a colon: \"\(text):9999\"", at: all)
    case .port(let range):
      return .badAddress(
        text, why: "the port is not a number from 1 to 65535", hint: "write a number, as in \":9999\"", at: range)
    case .noBrackets:
      return .badAddress(
        text, why: "an IPv6 address stands in brackets", hint: "write \"[::1]:9999\", in quotes", at: all)
    case .brackets(let range):
      return .badAddress(
        text, why: "an IPv6 address and only that stands in brackets", hint: "write \"[::1]:9999\", in quotes",
        at: range
      )
    case .host(let range):
      return .badAddress(
        text, why: "the host is not an address", hint: "write an address of this host; names are not looked up",
        at: range)
    }
  }

  /// The sentence for a mistake in `allow:`; its range counts in the text of the network.
  static func networkMistake(_ mistake: AddressBlock.Mistake, _ text: String) -> Finding {
    switch mistake {
    case .address(let range):
      .badNetwork(text, why: "names are not looked up", at: range)
    case .prefix(let range, let limit):
      .badNetwork(text, why: "the prefix is a number from 0 to \(limit)", at: range)
    }
  }
}

extension InternetAddress {
  /// Where a rule file without `listen` is served: every address, port 9999.
  public static let standard = InternetAddress(.every, port: 9999)
}
