import Testing

@Suite struct AgentRoom {
  @Test func builds() {}
}
