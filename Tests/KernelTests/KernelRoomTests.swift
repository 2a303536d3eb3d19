import Testing

@Suite struct KernelRoom {
  @Test func builds() {}
}
