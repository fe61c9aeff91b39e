/**
 * How an execution ended, once its output had really ended. It was cancelled when it failed after its context was aborted, with
 * whatever error, or when the reader of its stream left early.
 */
export type Ending =
  | { readonly status: 'success' }
  | { readonly status: 'error'; readonly error: unknown }
  | { readonly status: 'cancelled'; readonly error: unknown };
