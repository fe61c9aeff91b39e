import type { Fault } from '../provider/model.ts';
import { faultFor, lateAnswer } from './faults.ts';
import { demandingPrompt, FREQUENT_QUESTIONS, uniquePrompt } from './prompts.ts';
import { fractionOf, type Random, seededRandom, zipfPicker } from './random.ts';
import { type Schedule, scheduleOf } from './schedule.ts';
import {
  type KnownAnswer,
  type Limits,
  limitsFor,
  type PlannedRequest,
  speedFor,
  type Workload,
  type WorkloadModel,
  type WorkloadSettings,
} from './workload.ts';

/** The shops that the assistant works for. One prompt always belongs to the same shop, so no stored answer is lost to the scope of the cache. */
const SHOPS = ['willow-garden', 'north-tools', 'green-lane'] as const;

/** How much of the traffic is one of the frequent questions. */
const FREQUENT_SHARE = 0.5;
const STREAMED_SHARE = 0.35;
/** A prompt of fewer characters gets a short answer. */
const SHORT_PROMPT_CHARACTERS = 140;

/**
 * A workload of the project's own: customers of a shop ask its assistant, half of them something that many ask, the others
 * something of their own, simple or demanding. With a trace, requests come when and as large as it says.
 */
export function defaultWorkload(settings: WorkloadSettings): Workload {
  const { seed, faults } = settings;
  const random = seededRandom(seed);
  const schedule = scheduleOf(settings.requests, settings, random);
  const limits = limitsFor(faults);
  const opening = faults > 0 ? openingFaults(limits) : new Map<string, Fault>();
  const prompts = promptsFor(schedule, [...opening.keys()], random);
  const answerOf = answersFor(prompts, schedule);
  const models = modelsFor(prompts, answerOf);
  const baseline = models[1];
  const isStreamed = (prompt: string): boolean =>
    opening.get(prompt)?.kind === 'stall' ||
    (!opening.has(prompt) && fractionOf('streamed', seed, prompt) < STREAMED_SHARE);
  const requests = prompts.map(
    (prompt, index): PlannedRequest => ({
      id: `request-${index + 1}`,
      prompt,
      isStreamed: isStreamed(prompt),
      workflow: workflowOf(prompt),
      tenant: SHOPS[Math.floor(fractionOf('shop', prompt) * SHOPS.length)] as string,
      atMs: schedule.timesMs[index] ?? 0,
      baseline: answerOf(baseline.name, prompt),
    }),
  );
  return {
    description: `${requests.length} requests, ${repeatShare(prompts)} of them repeats, ${schedule.description}`,
    notes: ['The models, their prices and their speed are made up by this demo; --replay takes recorded ones.'],
    requests,
    models,
    baseline,
    answerOf,
    faults: new Map([...faultsOf(prompts, isStreamed, settings, limits), ...opening]),
    limits,
  };
}

/** What the assistant of a shop is asked to do. */
function workflowOf(prompt: string): string {
  if (FREQUENT_QUESTIONS.includes(prompt)) return 'support.faq';
  return prompt.length < SHORT_PROMPT_CHARACTERS ? 'ticket.triage' : 'ticket.answer';
}

/** Sent first: every metric is on the page within seconds. */
function openingFaults(limits: Limits): Map<string, Fault> {
  return new Map<string, Fault>([
    [demandingPrompt(1), { kind: 'error', status: 500 }],
    [demandingPrompt(2), { kind: 'stall', afterChunks: 1 }],
    [demandingPrompt(3), lateAnswer(limits)],
  ]);
}

function promptsFor({ timesMs, arrivals }: Schedule, opening: readonly string[], random: Random): readonly string[] {
  const frequent = zipfPicker(FREQUENT_QUESTIONS.length, 1, random);
  const first = [FREQUENT_QUESTIONS[0] as string, ...opening];
  const byContent = new Map<string, string>();
  return timesMs.map((_, index) => {
    const content = arrivals[index]?.content;
    const known = content === undefined ? undefined : byContent.get(content);
    if (known !== undefined) return known;
    const prompt =
      content !== undefined
        ? `${uniquePrompt(random)} (conversation ${byContent.size + 1})`
        : (first[index] ??
          (random() < FREQUENT_SHARE ? (FREQUENT_QUESTIONS[frequent()] as string) : uniquePrompt(random)));
    if (content !== undefined) byContent.set(content, prompt);
    return prompt;
  });
}

/** How much a model reads and writes: as the trace says of the first request with that prompt, else by the kind of prompt. */
function answersFor(
  prompts: readonly string[],
  { arrivals }: Schedule,
): (model: string, prompt: string) => KnownAnswer {
  const traced = new Map<string, KnownAnswer>();
  for (const [index, { inputTokens, outputTokens }] of arrivals.entries()) {
    const prompt = prompts[index];
    if (prompt !== undefined && !traced.has(prompt)) traced.set(prompt, { inputTokens, outputTokens, quality: null });
  }
  return (model, prompt) => {
    const length = fractionOf('length', prompt) + 0.3 * fractionOf('length', model, prompt);
    const outputTokens = prompt.length < SHORT_PROMPT_CHARACTERS ? 40 + 60 * length : 150 + 200 * length;
    return (
      traced.get(prompt) ?? {
        inputTokens: 20 + Math.ceil(prompt.length / 4),
        outputTokens: Math.round(outputTokens),
        quality: null,
      }
    );
  };
}

function modelsFor(
  prompts: readonly string[],
  answerOf: (model: string, prompt: string) => KnownAnswer,
): readonly [WorkloadModel, WorkloadModel] {
  const longest = Math.max(...prompts.map((prompt) => answerOf('demo-large', prompt).outputTokens));
  return [
    {
      name: 'demo-small',
      price: { inputPerMillionUsd: 0.15, outputPerMillionUsd: 0.6 },
      firstTokenMs: 40,
      tokensPerSecond: speedFor(1_600, longest),
    },
    {
      name: 'demo-large',
      price: { inputPerMillionUsd: 2.5, outputPerMillionUsd: 10 },
      firstTokenMs: 120,
      tokensPerSecond: speedFor(900, longest),
    },
  ];
}

function faultsOf(
  prompts: readonly string[],
  isStreamed: (prompt: string) => boolean,
  { faults, seed }: WorkloadSettings,
  limits: Limits,
): [string, Fault][] {
  return [...new Set(prompts)].flatMap((prompt) => {
    const fault = faultFor(prompt, isStreamed(prompt), faults, seed, limits);
    return fault === undefined ? [] : [[prompt, fault] as [string, Fault]];
  });
}

function repeatShare(prompts: readonly string[]): string {
  return `${Math.round(100 * (1 - new Set(prompts).size / Math.max(1, prompts.length)))} %`;
}
