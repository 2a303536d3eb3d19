import Testing

@Suite struct MetricsRoom {
  @Test func builds() {}
}
