import { followOutput, type WorkflowContext } from 'tta-dev-primitives';
import { nearestRank } from 'tta-dev-primitives/internal';
import { type Usage, usageOf } from 'tta-observability-integration/llm';
import type { ChatAnswer } from './answer.ts';
import type { RouteCounts } from './answering.ts';
import { type ChatRequest, promptIn } from './request.ts';
import type { CostOf } from './spend-report.ts';

interface Tally {
  requests: number;
  errors: number;
  costUsd: number;
  readonly durationsMs: number[];
}

type AskModel = (request: ChatRequest, context: WorkflowContext) => Promise<ChatAnswer>;

/** Counts every call of every model where a request may take several, and adds up what those of a request cost. */
export class ModelCalls {
  readonly #costOf: CostOf;
  readonly #tallies: ReadonlyMap<string, Tally>;
  readonly #usdByPrompt = new Map<string, number>();
  /** What the calls of each request cost; all calls of one have the id of its workflow. */
  readonly #usdByWorkflow = new Map<string, number>();

  constructor(models: readonly string[], costOf: CostOf) {
    this.#costOf = costOf;
    this.#tallies = new Map(models.map((name) => [name, { requests: 0, errors: 0, costUsd: 0, durationsMs: [] }]));
  }

  /** The same call, counted; one that its caller gives up is no error. */
  counted(model: string, ask: AskModel): AskModel {
    const tally = this.#tallies.get(model) as Tally; // only models that this was made for are counted
    return async (request, context) => {
      const startedAt = performance.now();
      let usage: Usage | undefined;
      const fail = (): void => {
        if (!context.isAborted) tally.errors += 1;
      };
      tally.requests += 1;
      try {
        const answer = await ask(request, context);
        usage = usageOf(answer);
        return followOutput(answer, {
          onChunk: (chunk) => {
            usage = usageOf(chunk) ?? usage;
          },
          onEnd: ({ kind }) => {
            if (kind === 'failed') fail();
            if (kind !== 'complete') return;
            tally.durationsMs.push(performance.now() - startedAt);
            this.#pay(tally, request, context, usage === undefined ? 0 : (this.#costOf(model, usage) ?? 0));
          },
        });
      } catch (error) {
        fail();
        throw error;
      }
    };
  }

  /** What all complete calls for the newest answer to a prompt cost, in US dollars; undefined before the first. */
  usdFor(prompt: string): number | undefined {
    return this.#usdByPrompt.get(prompt);
  }

  /** The counts by model, in the order in which the models were given. */
  get counts(): Readonly<Record<string, RouteCounts>> {
    return Object.fromEntries(
      Array.from(this.#tallies, ([model, { durationsMs, ...counted }]) => {
        const sorted = durationsMs.toSorted((one, other) => one - other);
        return [
          model,
          { ...counted, p50Ms: nearestRank(sorted, 0.5) ?? null, p95Ms: nearestRank(sorted, 0.95) ?? null },
        ];
      }),
    );
  }

  #pay(tally: Tally, request: ChatRequest, context: WorkflowContext, usd: number): void {
    const callsUsd = (this.#usdByWorkflow.get(context.workflowId) ?? 0) + usd;
    this.#usdByWorkflow.set(context.workflowId, callsUsd);
    tally.costUsd += usd;
    this.#usdByPrompt.set(promptIn(request), callsUsd);
  }
}
