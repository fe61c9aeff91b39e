// Fails a test file that leaves something in the process: files share one, and the tests of the next file would meet it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';

/** The metrics of the packages, whose primitives register their topics for good. */
const METRICS_PAGE = readFileSync(join(import.meta.dirname, '../docs/metrics.md'), 'utf8');

interface Topic {
  readonly facts: object;
  readonly metrics: Readonly<Record<string, { readonly description: string }>>;
}

/** What each slot of the process may hold that belongs to a test file. The packages share these slots between their copies. */
const SLOTS: Readonly<Record<string, (slot: never) => readonly unknown[]>> = {
  'opentelemetry.js.api.1': ({ version: _, ...registered }: Record<string, unknown>) => Object.values(registered),
  'tta-dev-primitives.observers.v1': (observers: { registrations: unknown[] }) => observers.registrations,
  'tta-dev-primitives.report-observers.v1': (observers: { registrations: unknown[] }) => observers.registrations,
  'tta-observability-integration.v1': ({ current }: { current: unknown }) => (current === null ? [] : [current]),
  'tta-observability-integration.ledger-listeners.v1': (listeners: Set<unknown>) => [...listeners],
  'tta-observability-integration.topics.v1': ({ topics }: { topics: readonly Topic[] }) =>
    topics.filter((topic) => Object.values(topic.metrics).some((metric) => !METRICS_PAGE.includes(metric.description))),
};

function held(): Readonly<Record<string, readonly unknown[]>> {
  const slots = globalThis as unknown as Readonly<Record<symbol, never>>;
  return Object.fromEntries(
    Object.entries(SLOTS).map(([name, read]) => {
      const slot = slots[Symbol.for(name)];
      return [name, slot === undefined ? [] : read(slot)];
    }),
  );
}

const before = held();

afterAll(() => {
  const left = Object.entries(held()).filter(([name, things]) =>
    things.some((thing) => !before[name]?.includes(thing)),
  );
  expect(
    left.map(([name]) => name),
    'what this file leaves in the process',
  ).toEqual([]);
});
