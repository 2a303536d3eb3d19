import Testing

@Suite struct YAMLRoom {
  @Test func builds() {}
}
