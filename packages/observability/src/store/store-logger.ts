/** Told when the state of a store changes, one line per change and never one per request. A `pino` or the console fits. */
export interface StoreLogger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
