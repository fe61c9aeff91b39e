import { setImmediate, setTimeout } from 'node:timers/promises';
import { WorkflowContext } from 'tta-dev-primitives';
import {
  type CacheControl,
  LimitError,
  NotCachedError,
  withCacheControl,
} from 'tta-observability-integration/primitives';
import type { Question } from './question.ts';
import type { SoakWorkflow } from './workflow.ts';

const TENANTS = 10_000;
const PROMPTS = 20;
const WORKERS = 40;
const MODELS = 10_000;

/** How the executions of a soak have ended. */
export class Outcomes {
  started = 0;
  answered = 0;
  /** Streams that were left before their end. */
  left = 0;
  failed = 0;
  /** Refused by the limit. */
  refused = 0;
  /** Asked for a stored answer or nothing, and none was there. */
  notCached = 0;
  aborted = 0;
  /** Answers with a text that is not that of the tenant and the question. */
  crossed = 0;
}

/** Asks until the time is over, from many places at once. */
export async function askUntil(endsAt: number, workflow: SoakWorkflow): Promise<Outcomes> {
  const outcomes = new Outcomes();
  const work = async (): Promise<void> => {
    while (performance.now() < endsAt) {
      await askOnce(workflow, outcomes);
      await setImmediate();
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  return outcomes;
}

const below = (limit: number): number => Math.floor(Math.random() * limit);

async function askOnce(workflow: SoakWorkflow, outcomes: Outcomes): Promise<void> {
  outcomes.started += 1;
  const tenantId = `tenant ${Math.random() < 0.5 ? below(10) : below(TENANTS)}`;
  const content = `prompt ${below(PROMPTS)}`;
  const chance = Math.random();
  const model = chance < 0.4 ? 'cheap' : chance < 0.8 ? 'strong' : `model ${below(MODELS)}`;
  const controller = new AbortController();
  const ends = new AbortController();
  if (Math.random() < 0.1) {
    setTimeout(5 * Math.random(), undefined, { signal: ends.signal }).then(
      () => controller.abort(),
      () => {},
    );
  }
  const question: Question = { model, stream: Math.random() < 0.4, messages: [{ role: 'user', content }] };
  const context = new WorkflowContext({ tenantId, signal: controller.signal });
  if (Math.random() < 0.01) workflow.cache.invalidateTag(content, context).catch(() => {}); // the store may be down
  try {
    const answer = await workflow.timeout.execute(question, withCacheControl(context, anyControl()));
    const text = await textOf(answer);
    if (text === undefined) outcomes.left += 1;
    else outcomes.answered += 1;
    if (text !== undefined && text !== `${content} of ${tenantId}`) outcomes.crossed += 1;
  } catch (error) {
    if (error instanceof LimitError) outcomes.refused += 1;
    else if (error instanceof NotCachedError) outcomes.notCached += 1;
    else if (controller.signal.aborted) outcomes.aborted += 1;
    else outcomes.failed += 1;
  } finally {
    ends.abort();
  }
}

/** What some callers ask of the cache. */
function anyControl(): CacheControl {
  const chance = Math.random();
  if (chance < 0.03) return { noCache: true };
  if (chance < 0.05) return { noStore: true };
  if (chance < 0.07) return { onlyIfCached: true };
  return chance < 0.1 ? { maxAgeMs: 500 } : {};
}

interface Choice {
  readonly message?: { readonly content: string };
  readonly delta?: { readonly content?: string };
}

/** The text of an answer; undefined for a stream that is left early. */
async function textOf(answer: unknown): Promise<string | undefined> {
  const textIn = (part: unknown): string => {
    const [choice] = (part as { readonly choices: readonly Choice[] }).choices;
    return choice?.message?.content ?? choice?.delta?.content ?? '';
  };
  if (!(Symbol.asyncIterator in (answer as object))) return textIn(answer);
  const isLeft = Math.random() < 0.2;
  let text = '';
  for await (const part of answer as AsyncIterable<unknown>) {
    text += textIn(part);
    if (isLeft) return undefined;
  }
  return text;
}
