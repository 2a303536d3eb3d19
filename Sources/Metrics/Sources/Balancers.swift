// balancers: who probes this daemon. The only metric that differs from service to service: a rule that several services
// share is bound to each of them, and its argument, which nobody writes, is the service's name.

import Language

extension Definition {
  static let balancers = Definition(
    "balancers", help: "the load balancers that probe the service of the rule", perService: true,
    [
      Metric(
        "count", .number, "addresses that probed the service within the last minute",
        Origin { arguments, inputs in
          let counts = inputs.balancers(service: arguments.first.map { _ in arguments.text } ?? "")
          return { () throws(Gap) in try counts.latest().count }
        })
    ])
}
