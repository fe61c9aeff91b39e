import { expectError, expectValue } from '../bench.ts';
import { expectCounts, type TimedWork, type TimeoutCase, timeoutOf } from './timeout-adapter.ts';

const ERROR = new Error('the work failed');

/** A case in which the work ends in time, with a value. */
function resolves(id: string, title: string, value: unknown, work: (later: TimedWork) => TimedWork): TimeoutCase {
  return {
    id,
    title,
    needs: [],
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, {});
      expectValue(await bench.settle(() => timeout.run(work(() => bench.after(20, value)))), value);
      expectCounts(timeout, { success: 1 });
    },
  };
}

/** A case in which the work ends in time, with each of the errors. */
function rejects(
  id: string,
  title: string,
  errors: readonly unknown[],
  work: (error: unknown) => unknown,
): TimeoutCase {
  return {
    id,
    title,
    needs: [],
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, {});
      for (const error of errors) expectError(await bench.settle(() => timeout.run(() => work(error))), error);
      expectCounts(timeout, { error: errors.length });
    },
  };
}

/** An object that can be awaited like a promise but is not one. */
function thenable(then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => void): unknown {
  const bare = {};
  return Object.defineProperty(bare, 'then', { value: then });
}

/** Work that ends in time: its answer, whatever that is, reaches the caller unchanged. */
export const answerCases: readonly TimeoutCase[] = [
  resolves('C01', 'passes a value on', 'v', (later) => later),
  rejects('C02', 'passes a rejection on, the very same object', [ERROR], (error) => Promise.reject(error)),
  rejects('C03', 'turns a synchronous throw into a rejection', [ERROR], (error) => {
    throw error;
  }),
  resolves('C04', 'passes a synchronous value on', 7, () => () => 7),
  {
    id: 'C05',
    title: 'waits for a bare thenable',
    needs: [],
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, {});
      const work = (): unknown => thenable((resolve) => bench.at(10, () => resolve('th')));
      expectValue(await bench.settle(() => timeout.run(work)), 'th');
      expectCounts(timeout, { success: 1 });
    },
  },
  resolves('C28', 'passes undefined on', undefined, (later) => later),
  rejects('C31', 'passes a rejection on that is no error object', ['str', undefined], (error) => Promise.reject(error)),
  {
    id: 'C43',
    title: 'treats a frozen, a proxied, a throwing and a repeating thenable as await does',
    needs: [],
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, {});
      const frozen = Object.freeze(thenable((resolve) => resolve('frozen')));
      const proxied = new Proxy(thenable((resolve) => resolve('proxied')) as object, {});
      const twice = thenable((resolve, reject) => {
        resolve('first');
        reject(ERROR);
      });
      const throwing = Object.defineProperty({}, 'then', {
        get() {
          throw ERROR;
        },
      });
      expectValue(await bench.settle(() => timeout.run(() => frozen)), 'frozen');
      expectValue(await bench.settle(() => timeout.run(() => proxied)), 'proxied');
      expectValue(await bench.settle(() => timeout.run(() => twice)), 'first');
      expectError(await bench.settle(() => timeout.run(() => throwing)), ERROR);
      expectCounts(timeout, { success: 3, error: 1 });
    },
  },
];
