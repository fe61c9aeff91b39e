import type { Usage } from 'tta-observability-integration/llm';
import { CappedMap } from './capped-map.ts';
import type { SeenRequest } from './seen-request.ts';

/** The tokens of the calls that were made, and of the answers that were given again without a call. */
export class UsageTally {
  tokensIn = 0;
  tokensOut = 0;
  tokensCached = 0;
  /** What one model was asked for, by the name of its route; only calls whose usage is known. */
  readonly asked: CappedMap<Tokens> = new CappedMap(() => new Tokens());
  /** What caches answered. */
  readonly reused: Tokens = new Tokens();
  /** Calls whose usage is unknown. */
  unknown = 0;

  add({ calls, lookups }: SeenRequest): void {
    for (const { usage, route, failure } of calls) {
      if (usage !== undefined) {
        this.tokensIn += usage.inputTokens;
        this.tokensOut += usage.outputTokens;
        this.tokensCached += usage.cacheReadTokens ?? 0;
        this.asked.at(route).add(usage);
      } else if (failure === undefined) {
        this.unknown += 1;
      }
    }
    for (const { usage } of lookups) if (usage !== undefined) this.reused.add(usage);
  }

  merge(other: UsageTally): void {
    this.tokensIn += other.tokensIn;
    this.tokensOut += other.tokensOut;
    this.tokensCached += other.tokensCached;
    this.unknown += other.unknown;
    this.reused.merge(other.reused);
    for (const [route, tokens] of other.asked.entries()) this.asked.at(route).merge(tokens);
  }
}

/** Sums of tokens, and the number of answers they belong to. */
export class Tokens {
  answers = 0;
  inputTokens = 0;
  outputTokens = 0;
  cacheReadTokens = 0;

  add({ inputTokens, outputTokens, cacheReadTokens = 0 }: Usage): void {
    this.answers += 1;
    this.inputTokens += inputTokens;
    this.outputTokens += outputTokens;
    this.cacheReadTokens += cacheReadTokens;
  }

  merge(other: Tokens): void {
    this.answers += other.answers;
    this.inputTokens += other.inputTokens;
    this.outputTokens += other.outputTokens;
    this.cacheReadTokens += other.cacheReadTokens;
  }
}
