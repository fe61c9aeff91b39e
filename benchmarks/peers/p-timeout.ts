import pTimeout, { TimeoutError } from 'p-timeout';
import type { TimeoutAdapter } from 'tta-conformance';

/** It takes a promise and not a function, so the work has begun before it is asked, and gets no signal. */
export const pTimeoutAdapter: TimeoutAdapter = {
  name: 'p-timeout 8',
  can: [],
  create: ({ timeoutMs }) => ({
    run(work, { signal } = {}) {
      const options = { milliseconds: Number(timeoutMs), ...(signal !== undefined && { signal }) };
      return pTimeout(Promise.resolve(work()), options);
    },
  }),
  isTimeout: (error) => error instanceof TimeoutError,
};
