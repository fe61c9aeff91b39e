import { describe, expect, it } from 'vitest';
import {
  BulkheadPrimitive,
  CircuitBreakerPrimitive,
  CompensationPrimitive,
  FallbackPrimitive,
  fromCockatiel,
  parallel,
  RetryPrimitive,
  type Step,
  step,
  WorkflowPrimitive,
  when,
} from './index.ts';

/** Stands for a primitive of another package. */
class Wrapper extends WorkflowPrimitive<string, string> {
  override readonly kind: string;
  readonly #inner: WorkflowPrimitive<string, string>;

  constructor(kind: string, inner: WorkflowPrimitive<string, string>) {
    super(`${kind}(${inner.name})`);
    this.kind = kind;
    this.#inner = inner;
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [this.#inner];
  }

  protected run(input: string): Promise<string> {
    return this.#inner.execute(input);
  }
}

const ask = step('ask', (text: string) => text);
const cache = (inner: WorkflowPrimitive<string, string>): Wrapper => new Wrapper('cache', inner);
const timeout = (inner: WorkflowPrimitive<string, string>): Wrapper => new Wrapper('timeout', inner);
const retry = (inner: Step<string, string>): RetryPrimitive<string, string> => new RetryPrimitive(inner);
const breaker = (inner: Step<string, string>): CircuitBreakerPrimitive<string, string> =>
  new CircuitBreakerPrimitive(inner);

describe('a workflow describes', () => {
  it('what it is made of', () => {
    const workflow = when((text: string) => text !== '', parallel([ask, retry(ask)]), ask).pipe(
      step('count', (answers) => answers.length),
    );
    expect(workflow.describe()).toMatchObject({
      kind: 'sequence',
      parts: [
        {
          kind: 'when',
          parts: [
            { kind: 'parallel', parts: [{ name: 'ask' }, { kind: 'retry', parts: [{ name: 'ask', parts: [] }] }] },
            { name: 'ask' },
          ],
        },
        { name: 'count' },
      ],
      warnings: [],
    });
  });

  it.each([
    ['a fallback', new FallbackPrimitive(ask, [retry(ask)])],
    ['a saga', new CompensationPrimitive([{ do: ask }, { do: retry(ask) }])],
    ['a bulkhead', new BulkheadPrimitive(retry(ask), { maxConcurrent: 1 })],
    [
      'a policy',
      fromCockatiel({ execute: async (work) => work({ signal: new AbortController().signal }) })(retry(ask)),
    ],
  ])('the parts of %s', (_what, workflow) => {
    expect(workflow.describe().parts.at(-1)).toMatchObject({ kind: 'retry', parts: [{ name: 'ask' }] });
  });

  it.each([
    ['a cache inside a retry', retry(cache(ask)), /^cache\(ask\) is inside retry\(.*put the cache around the retry$/],
    ['a cache deep inside a retry', retry(breaker(ask.pipe(cache(ask)))), /^cache\(ask\) is inside retry\(/],
    [
      'a timeout for each attempt only',
      retry(timeout(ask)),
      /^timeout\(ask\) is inside retry\(.*nothing bounds them all/,
    ],
    ['a retry inside a breaker', breaker(retry(ask)), /^retry\(ask\) is inside circuit_breaker\(.*inside the retry$/],
    [
      'a fallback inside a breaker',
      breaker(new FallbackPrimitive(ask, ask)),
      /^fallback\(ask, ask\) is inside circuit_breaker\(.*around the primary$/,
    ],
    [
      'a breaker with a timeout outside it only',
      timeout(breaker(ask)),
      /^circuit_breaker\(ask\) is inside timeout\(.*never counted; put a timeout inside the circuit$/,
    ],
    ['a retry inside a retry', retry(ask.pipe(retry(ask))), /^retry\(ask\) is inside retry\(.*multiply/],
  ])('the harm of %s', (_what, workflow, warning) => {
    expect(workflow.describe().warnings).toEqual([expect.stringMatching(warning)]);
  });

  it('no harm where the order is right', () => {
    const workflow = cache(timeout(retry(breaker(timeout(ask)))));
    expect(workflow.describe().warnings).toEqual([]);
  });
});
