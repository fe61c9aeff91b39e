/**
 * How an execution ended, once its output had really ended. It was cancelled if it failed with any error after its context was aborted, or
 * if the reader of its stream left early.
 */
export type Ending =
  | { readonly status: 'success' }
  | { readonly status: 'error'; readonly error: unknown }
  | { readonly status: 'cancelled'; readonly error: unknown };
