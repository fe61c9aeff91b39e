import { describe, expect, it } from 'vitest';
import { CascadePrimitive } from './cascade-primitive.ts';
import { SelfSwitch } from './self-switch.ts';

const SETTINGS = { minRequests: 50, probeEvery: 20 };

/** A cheap stage costs 1, and the last one 3. */
const accepted = 3 - 1;
const rejected = -1;

/** Lets a share of requests be accepted, evenly spread, and counts how often the cheap stages were asked. */
function run(own: SelfSwitch, requests: number, share: number): number {
  let asked = 0;
  for (let index = 0; index < requests; index += 1) {
    if (!own.admits()) continue;
    asked += 1;
    own.observe(Math.floor((asked + 1) * share) > Math.floor(asked * share) ? accepted : rejected);
  }
  return asked;
}

describe('the switch of a cascade', () => {
  it('stays on while the cheap stages save more than they cost', () => {
    const own = new SelfSwitch(SETTINGS);
    expect(run(own, 1_000, 0.5)).toBe(1_000); // half of 3 is more than 1
    expect(own.isOn).toBe(true);
  });

  it('switches off when they cost more, though not before it has seen enough', () => {
    const own = new SelfSwitch(SETTINGS);
    expect(run(own, 49, 0)).toBe(49);
    expect(own.isOn).toBe(true);
    expect(run(own, 1, 0)).toBe(1);
    expect(own.isOn).toBe(false);
  });

  it('probes now and then while it is off', () => {
    const own = new SelfSwitch(SETTINGS);
    run(own, 50, 0);
    expect(run(own, 1_000, 0.1)).toBe(50);
    expect(own.isOn).toBe(false);
  });

  it('switches on again once the probes say that they pay', () => {
    const own = new SelfSwitch(SETTINGS);
    run(own, 50, 0);
    run(own, 20 * 40, 1);
    expect(own.isOn).toBe(true);
  });

  it('forgets what is long past', () => {
    const own = new SelfSwitch(SETTINGS);
    run(own, 2_000, 1);
    run(own, 300, 0);
    expect(own.isOn).toBe(false);
  });
});

describe('a cascade whose cheap stage does not pay', () => {
  const ask = (model: string) => (_prompt: string) => ({
    object: 'chat.completion',
    model,
    choices: [{ finish_reason: 'stop', message: { content: model } }],
    usage: { prompt_tokens: 100, completion_tokens: 100, total_tokens: 200 },
  });
  const price = (usd: number) => ({ inputPerMillionUsd: usd, outputPerMillionUsd: usd });

  it('asks the last stage alone, and loses no more than its probes cost', async () => {
    const cascade = new CascadePrimitive<string, unknown>(
      { cheap: { step: ask('cheap'), price: price(1) }, last: { step: ask('last'), price: price(3) } },
      { accept: () => false },
    );
    for (let index = 0; index < 450; index += 1) await cascade.execute('x');
    const { isEnabled, switchedOff, outcomes, stages, costSavingsUsd } = cascade.getStats();
    expect([isEnabled, switchedOff]).toEqual([false, 1]);
    expect(outcomes).toEqual({ accepted: 0, escalated: 70, switched_off: 380 });
    expect(stages).toMatchObject({ cheap: { asked: 70 }, last: { asked: 450 } });
    expect(costSavingsUsd).toBeCloseTo(-70 * 200e-6, 12);
    expect(String(cascade)).toContain('switched off');
  });

  it('goes on asking it when it is told to', async () => {
    const cascade = new CascadePrimitive<string, unknown>(
      { cheap: { step: ask('cheap'), price: price(1) }, last: { step: ask('last'), price: price(3) } },
      { accept: () => false, selfSwitch: false },
    );
    for (let index = 0; index < 200; index += 1) await cascade.execute('x');
    expect(cascade.getStats()).toMatchObject({ isEnabled: true, outcomes: { escalated: 200 } });
  });

  it('cannot be judged, and goes on, while prices are not known', async () => {
    const cascade = new CascadePrimitive<string, unknown>(
      { cheap: ask('unknown-1'), last: ask('unknown-2') },
      { accept: () => false },
    );
    for (let index = 0; index < 200; index += 1) await cascade.execute('x');
    expect(cascade.getStats()).toMatchObject({ isEnabled: true, unpriced: 200 });
  });
});
