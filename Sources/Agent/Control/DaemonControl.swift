// The daemon behind the control socket.

extension Daemon: ControlHandler {
  /// Somebody who may has asked for something.
  func perform(_ call: ControlCall) { call.request.verb.perform(call, self) }
}
