import Testing

@Suite struct EndToEndRoom {
  @Test func builds() {}
}
