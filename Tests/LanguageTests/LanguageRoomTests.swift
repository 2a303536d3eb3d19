import Testing

@Suite struct LanguageRoom {
  @Test func builds() {}
}
