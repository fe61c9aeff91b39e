import { priceList, priceOf } from 'tta-observability-integration/llm';
import type { BilledCall } from '../provider/model.ts';
import type { WorkloadModel } from '../workload/workload.ts';
import type { CostOf } from './spend-report.ts';

/** Prices tokens of the models of a workload. */
export function costsOf(models: readonly WorkloadModel[]): CostOf {
  const prices = priceList(Object.fromEntries(models.map(({ name, price }) => [name, price])));
  return (model, usage) => priceOf(usage, model, { prices })?.totalUsd ?? null;
}

/** What the provider charges, call by call; what was really spent, on unused answers too. */
export class Bill {
  readonly #costOf: CostOf;
  readonly #calls: BilledCall[] = [];
  readonly #spendByModel = new Map<string, number>();

  constructor(costOf: CostOf) {
    this.#costOf = costOf;
  }

  add(call: BilledCall): void {
    this.#calls.push(call);
    this.#spendByModel.set(
      call.model,
      (this.#spendByModel.get(call.model) ?? 0) + (this.#costOf(call.model, call) ?? 0),
    );
  }

  /** Every call, in the order in which they ended. */
  get calls(): readonly BilledCall[] {
    return this.#calls;
  }

  /** In US dollars. */
  get spendByModel(): ReadonlyMap<string, number> {
    return this.#spendByModel;
  }
}
