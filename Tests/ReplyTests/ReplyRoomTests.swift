import Testing

@Suite struct ReplyRoom {
  @Test func builds() {}
}
