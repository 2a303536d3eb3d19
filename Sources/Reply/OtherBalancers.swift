// The same reply in the words of load balancers that ask by HTTP.

extension Words {
  /// How busy a server is that says this, as Kemp's adaptive scheduling wants it: 0, idle, to 100, overloaded; 101, down;
  /// 102, taken out by its administrator (support.kemptechnologies.com, "API for Agent Based Adaptive Balancing"). What is
  /// left of the weight is idle; a weight above 100% is not idler than idle.
  public var adaptiveLoad: Int {
    switch health {
    case .stopped, .fail, .down: return 101
    case .up, nil: break
    }
    switch administrative {
    case .drain, .maint: return 102
    case .ready, nil: return max(0, 100 - (weightPercent ?? 100))
    }
  }

  /// What a health check by HTTP is answered.
  public enum HealthAnswer: Sendable {
    /// It serves.
    case serves
    /// It serves whom it serves, and nobody new: what HAProxy's `http-check disable-on-404` makes of a 404.
    case drains
    /// It does not serve.
    case down
  }

  /// Whether a server that says this serves. 0% is what keeps new connections away without an administrative state.
  public var healthAnswer: HealthAnswer {
    switch health {
    case .stopped, .fail, .down: return .down
    case .up, nil: break
    }
    switch administrative {
    case .maint: return .down
    case .drain: return .drains
    case .ready, nil: return weightPercent == 0 ? .drains : .serves
    }
  }
}
