import Testing

@Suite struct DiagnosticsRoom {
  @Test func builds() {}
}
