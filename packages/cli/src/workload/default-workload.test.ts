import { describe, expect, it } from 'vitest';
import type { Arrival } from './arrivals.ts';
import { defaultWorkload } from './default-workload.ts';
import type { WorkloadSettings } from './workload.ts';

const settings: WorkloadSettings = { requests: 300, seed: 1, faults: 0.05, spanFor: () => 10_000 };
const arrival = (atMs: number, inputTokens: number, content?: string): Arrival => ({
  atMs,
  inputTokens,
  outputTokens: inputTokens * 2,
  content,
});

describe('the workload of the project', () => {
  it('is the same for the same seed, and another one for another', () => {
    const prompts = (seed: number): readonly string[] =>
      defaultWorkload({ ...settings, seed }).requests.map(({ prompt }) => prompt);
    expect(prompts(1)).toEqual(prompts(1));
    expect(prompts(1)).not.toEqual(prompts(2));
  });

  it('has repeats, short and long prompts, whole answers and streams', () => {
    const { requests } = defaultWorkload(settings);
    const distinct = new Set(requests.map(({ prompt }) => prompt));
    expect(distinct.size).toBeLessThan(requests.length * 0.8);
    expect(requests.some(({ prompt }) => prompt.length > 250)).toBe(true);
    expect(requests.some(({ prompt }) => prompt.length < 50)).toBe(true);
    expect(new Set(requests.map(({ isStreamed }) => isStreamed)).size).toBe(2);
  });

  it('asks for the same prompt always in the same form and for the same shop, because other requests have other stored answers', () => {
    const forms = new Map<string, Set<string>>();
    for (const { prompt, isStreamed, workflow, tenant } of defaultWorkload(settings).requests) {
      forms.set(prompt, (forms.get(prompt) ?? new Set()).add(`${isStreamed} ${workflow} ${tenant}`));
    }
    expect([...forms.values()].every((form) => form.size === 1)).toBe(true);
  });

  it('is of three workflows and three tenants, which the filters of the live page show', () => {
    const { requests } = defaultWorkload(settings);
    expect([...new Set(requests.map(({ workflow }) => workflow))].sort()).toEqual([
      'support.faq',
      'ticket.answer',
      'ticket.triage',
    ]);
    expect(new Set(requests.map(({ tenant }) => tenant)).size).toBe(3);
  });

  it('comes within its span, in order', () => {
    const times = defaultWorkload(settings).requests.map(({ atMs }) => atMs);
    expect(times.toSorted((one, other) => one - other)).toEqual(times);
    expect(times[0]).toBe(0);
    expect(times.at(-1)).toBeLessThan(10_000);
    expect(times.at(-1)).toBeGreaterThan(9_000);
  });

  it('shows an error, a stall and a late answer within its first second', () => {
    const { requests, faults } = defaultWorkload(settings);
    const early = requests.filter(({ atMs }) => atMs < 1_000).map(({ prompt }) => faults.get(prompt)?.kind);
    expect(early).toEqual(expect.arrayContaining(['error', 'stall', 'late']));
  });

  it('stalls streams only, and lets only whole answers come late', () => {
    const { requests, faults } = defaultWorkload({ ...settings, faults: 1 });
    const kinds = (isStreamed: boolean) =>
      new Set(requests.filter((each) => each.isStreamed === isStreamed).map(({ prompt }) => faults.get(prompt)?.kind));
    expect(kinds(true)).toEqual(new Set(['error', 'stall']));
    expect(kinds(false)).toEqual(new Set(['error', 'hang', 'late']));
  });

  it('goes without a fault if none is asked for', () => {
    expect(defaultWorkload({ ...settings, faults: 0 }).faults.size).toBe(0);
  });

  it('has a baseline for every request, and a dearer model that writes no less', () => {
    const { requests, baseline, models } = defaultWorkload(settings);
    expect(baseline).toBe(models.at(-1));
    expect(requests.every((request) => (request.baseline?.outputTokens ?? 0) > 0)).toBe(true);
  });
});

describe('with a trace', () => {
  it('requests come when and as large as it says', () => {
    const arrivals = [arrival(0, 11), arrival(4_000, 22), arrival(20_000, 33)];
    const { requests, answerOf, description } = defaultWorkload({ ...settings, arrivals });
    expect(requests.map(({ atMs }) => atMs)).toEqual([0, 2_000, 10_000]);
    const sizes = requests.map(({ prompt }) => answerOf('demo-small', prompt));
    expect(sizes).toMatchObject([{ inputTokens: 11 }, { inputTokens: 22 }, { inputTokens: 33, outputTokens: 66 }]);
    expect(description).toContain('2.0 times faster');
  });

  it('requests with the same content have the same prompt, and no others do', () => {
    const arrivals = [arrival(0, 10, 'one'), arrival(1, 10, 'two'), arrival(2, 10, 'one')];
    const [first, second, third] = defaultWorkload({ ...settings, arrivals }).requests.map(({ prompt }) => prompt);
    expect(third).toBe(first);
    expect(second).not.toBe(first);
  });

  it('the longest answer is written within half a second', () => {
    const arrivals = [arrival(0, 10), arrival(1, 50_000)];
    const { models } = defaultWorkload({ ...settings, arrivals });
    for (const { tokensPerSecond } of models) expect(100_000 / tokensPerSecond).toBeLessThanOrEqual(0.5);
  });
});
