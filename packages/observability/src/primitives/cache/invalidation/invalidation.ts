import type { NoteFact, WorkflowContext } from 'tta-dev-primitives';
import { refusal } from 'tta-dev-primitives/internal';
import type { FirstLooks } from '../engine/first-looks.ts';
import type { Keeping } from '../engine/keeping.ts';
import type { Requests } from '../engine/requests.ts';
import type { Landing } from '../flight/landing.ts';
import type { SingleFlight } from '../flight/single-flight.ts';
import type { ReportingStore } from '../store/reporting-store.ts';
import type { Generations } from './generations.ts';
import { InvalidationPrimitive } from './invalidation-primitive.ts';

export interface InvalidationParts<I> {
  readonly operation: string;
  readonly store: ReportingStore;
  readonly flights: SingleFlight<Landing>;
  readonly looks: FirstLooks;
  readonly requests: Requests<I>;
  readonly keeping: Keeping<I>;
  readonly generations: Generations;
}

/** Makes stored answers unusable, and those that are being made in this process. */
export class Invalidation<I> {
  readonly #parts: InvalidationParts<I>;
  readonly #primitive: InvalidationPrimitive;

  constructor(parts: InvalidationParts<I>) {
    this.#parts = parts;
    this.#primitive = new InvalidationPrimitive(parts.operation);
  }

  /** @throws StoreError when the store cannot be used: the answers may still be there */
  byKey(input: I, context: WorkflowContext, kind: 'key' | 'rejection'): Promise<void> {
    const { requests } = this.#parts;
    const invalidate = async (note: NoteFact): Promise<void> => {
      const samples = await requests.samplesOf(input, context);
      await Promise.all(samples.map(({ key }) => this.#forget(key.text, note)));
    };
    return this.#primitive.execute({ kind, invalidate }, context);
  }

  /**
   * @throws StoreError when the store cannot be used: the answers may still be served
   * @throws TypeError if a tag is no text or empty
   */
  byTags(tag: string | readonly string[], context: WorkflowContext): Promise<void> {
    const { requests } = this.#parts;
    const tags = checkedTags(tag);
    const invalidate = async (note: NoteFact): Promise<void> => {
      await Promise.all(requests.tagKeys(tags, context).map((key) => this.#renew(key, note)));
    };
    return this.#primitive.execute({ kind: 'tag', invalidate }, context);
  }

  /** Calls that begin while the entry is being deleted are too old as well, so that they are forbidden once more. */
  async #forget(key: string, note: NoteFact): Promise<void> {
    const { store, keeping } = this.#parts;
    this.#outdate(key);
    await keeping.written(key);
    await store.delete(key, note);
    this.#outdate(key);
  }

  #outdate(key: string): void {
    const { flights, looks } = this.#parts;
    looks.outdate(key);
    flights.forbidKeeping(key, 'invalidated');
  }

  async #renew(key: string, note: NoteFact): Promise<void> {
    const { flights, generations } = this.#parts;
    await generations.renew(key, note);
    flights.forbidKeeping(key, 'invalidated');
  }
}

function checkedTags(tag: unknown): readonly string[] {
  const tags: readonly unknown[] = Array.isArray(tag) ? tag : [tag];
  const wrong = tags.findIndex((one) => typeof one !== 'string' || one === '');
  if (wrong === -1) return tags as readonly string[];
  const option = Array.isArray(tag) ? `tag[${wrong}]` : 'tag';
  throw new TypeError(refusal('invalidateTag', option, tags[wrong], 'a text that is not empty'));
}
