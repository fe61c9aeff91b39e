import { describe, expect, it } from 'vitest';
import { Cooldown, cooldownSettingsOf } from './cooldown.ts';

const cooldown = (options = {}): Cooldown => new Cooldown(cooldownSettingsOf('test', options));

function failing(times: number, subject = cooldown(), now = 0): Cooldown {
  for (let time = 0; time < times; time += 1) subject.failed(now, undefined);
  return subject;
}

describe('a Cooldown', () => {
  it('begins after three failures in a row, and lasts ten seconds', () => {
    expect(failing(2).isOver(0)).toBe(true);
    const subject = failing(3);
    expect([subject.isOver(0), subject.isOver(9_999), subject.isOver(10_000)]).toEqual([false, false, true]);
  });

  it('does not begin while successes come in between, until they are less than half', () => {
    const subject = cooldown();
    for (let pair = 0; pair < 4; pair += 1) {
      subject.failed(0, undefined);
      subject.succeeded(0);
    }
    expect(subject.isOver(0)).toBe(true);
    failing(2, subject);
    expect(subject.isOver(0)).toBe(false);
  });

  it('is followed by a probation: the next failure cools down for twice as long, up to the longest time', () => {
    const subject = failing(3);
    subject.failed(10_000, undefined);
    expect(subject.until).toBe(30_000);
    subject.failed(30_000, undefined);
    expect(subject.until).toBe(70_000);
    for (let time = 0; time < 20; time += 1) subject.failed(subject.until, undefined);
    const before = subject.until;
    subject.failed(before, undefined);
    expect(subject.until - before).toBe(300_000);
  });

  it('is followed by one request at a time, until that has ended or takes as long as a cooldown', () => {
    const subject = failing(3);
    const ended = subject.taken(10_000);
    expect([subject.isOver(10_000), subject.isOver(19_999), subject.isOver(20_000)]).toEqual([false, false, true]);
    ended?.();
    expect(subject.isOver(10_000)).toBe(true);
    const hanging = subject.taken(11_000);
    const second = subject.taken(21_000);
    hanging?.();
    expect(subject.isOver(21_000)).toBe(false);
    second?.();
    subject.succeeded(22_000);
    subject.taken(22_000);
    expect(subject.isOver(22_000)).toBe(true);
  });

  it('ends its probation with the first success', () => {
    const subject = failing(3);
    subject.succeeded(10_000);
    subject.failed(10_000, undefined);
    expect(subject.isOver(10_000)).toBe(true);
  });

  it('lets everybody take the route once it proves that it works, and begins again after as many failures as usual, for twice as long', () => {
    const subject = failing(3);
    subject.taken(10_000);
    subject.proved(10_000);
    subject.taken(10_000);
    expect(subject.isOver(10_000)).toBe(true);
    subject.failed(10_000, undefined);
    subject.failed(10_000, undefined);
    expect(subject.isOver(10_000)).toBe(true);
    subject.failed(10_000, undefined);
    expect(subject.until).toBe(30_000);
    subject.taken(30_000);
    expect(subject.isOver(30_000)).toBe(false);
    subject.failed(30_000, undefined);
    expect(subject.until).toBe(70_000);
  });

  it('is not ended by what began before it', () => {
    const subject = failing(3);
    subject.proved(5_000);
    subject.failed(10_000, undefined);
    expect(subject.until).toBe(30_000);
  });

  it('begins with the first failure when the server asks for it, for as long as it asks, within reason', () => {
    const subject = cooldown();
    subject.failed(0, 45_000);
    expect(subject.until).toBe(45_000);
    const patient = cooldown();
    patient.failed(0, 86_400_000);
    expect(patient.until).toBe(300_000);
  });

  it('is not changed by what began before it, but for a server that asks for more', () => {
    const subject = failing(3);
    subject.failed(5_000, undefined);
    subject.succeeded(5_000);
    expect(subject.until).toBe(10_000);
    subject.failed(5_000, 20_000);
    expect(subject.until).toBe(25_000);
  });

  it.each([
    [{ cooldownMs: 0 }, 'test: cooldown.cooldownMs must be a number above 0, but it is 0'],
    [{ failureThreshold: 1.5 }, 'cooldown.failureThreshold must be a whole number'],
    [{ failureRate: 2 }, 'cooldown.failureRate must be'],
    [{ cooldownMs: 100, maxCooldownMs: 10 }, 'cooldown.maxCooldownMs must be a number at least 100'],
    [{ cooldown: 5 }, 'test: cooldown.cooldown is not an option'],
  ])('refuses %j', (options, message) => {
    expect(() => cooldown(options)).toThrow(message);
  });
});
