import type { WorkflowContext } from 'tta-dev-primitives';
import { modelRequestOf } from './request-dialect.ts';
import type { RequestKeyOptions } from './request-key.ts';

/** Longer ones are digested again each time: their digest costs less than their place. */
const MAX_LENGTH = 512;

const MAX_MEMOS = 10_000;

/**
 * Remembers what requests are known by that are a short text, or whose `key` is one, so the same request needs no second digest.
 *
 * Only where nothing else decides the key that could change from one execution to the next: no function and no object among the
 * options, no scope but the tenant or everybody, and no request to a model, whose fields say more than its text.
 */
export class KeyMemo<I, Known> {
  readonly #key: RequestKeyOptions<I>['key'];
  readonly #isPerTenant: boolean;
  readonly #byTenant = new Map<string | undefined, Map<string, Known>>();
  #size = 0;

  private constructor({ key, scope }: RequestKeyOptions<I>) {
    this.#key = key;
    this.#isPerTenant = scope === 'tenant';
  }

  /** Undefined where keys cannot be remembered. */
  static for<I, Known>(options: RequestKeyOptions<I>): KeyMemo<I, Known> | undefined {
    const { scope, vary, model, form } = options;
    const isSettled = scope === 'tenant' || scope === 'shared';
    return isSettled && [vary, model, form].every(isPlain) ? new KeyMemo(options) : undefined;
  }

  recall(input: I, context: WorkflowContext): Known | undefined {
    const known = this.#byTenant.get(this.#isPerTenant ? context.tenantId : undefined);
    if (known === undefined) return undefined;
    const text = this.#textOf(input, context);
    return text === undefined ? undefined : known.get(text);
  }

  remember(input: I, context: WorkflowContext, request: Known): void {
    const text = this.#textOf(input, context);
    if (text === undefined || text.length > MAX_LENGTH) return;
    if (this.#size >= MAX_MEMOS) this.#forget();
    const tenant = this.#isPerTenant ? context.tenantId : undefined;
    const known = this.#byTenant.get(tenant) ?? new Map<string, Known>();
    this.#byTenant.set(tenant, known);
    this.#size += known.has(text) ? 0 : 1;
    known.set(text, request);
  }

  #forget(): void {
    this.#byTenant.clear();
    this.#size = 0;
  }

  /** A `key` that fails says so when the request is made known. */
  #textOf(input: I, context: WorkflowContext): string | undefined {
    if (this.#key === undefined) return typeof input === 'string' ? input : undefined;
    if (modelRequestOf(input) !== undefined) return undefined;
    try {
      const text = this.#key(input, context);
      return typeof text === 'string' ? text : undefined;
    } catch {
      return undefined;
    }
  }
}

function isPlain(option: unknown): boolean {
  return option === null || !['object', 'function'].includes(typeof option);
}
