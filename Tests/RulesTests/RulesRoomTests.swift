import Testing

@Suite struct RulesRoom {
  @Test func builds() {}
}
