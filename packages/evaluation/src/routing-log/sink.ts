/** Where a routing log goes. */
export interface RoutingLogSink {
  /**
   * Takes one or more whole lines, each with its line end. It is not called again before what it returned is fulfilled.
   *
   * @throws anything, in either way: then these lines are counted as refused
   */
  write(lines: string): unknown;
  /** Called once, after the last write. */
  close?(): unknown;
}

/** Told when a log begins to lose rows, and when it no longer does: one line each. */
export interface RoutingLogLogger {
  warn(message: string): unknown;
  info(message: string): unknown;
}
