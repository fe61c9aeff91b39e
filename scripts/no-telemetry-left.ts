// Fails a test file that leaves telemetry registered: files share a process, and the next one would find that of a host.
import { afterAll, expect } from 'vitest';

const REGISTRY = Symbol.for('opentelemetry.js.api.1');

afterAll(() => {
  const { version: _, ...left } = (globalThis as { [REGISTRY]?: Readonly<Record<string, unknown>> })[REGISTRY] ?? {};
  expect(Object.keys(left), 'what is still registered with OpenTelemetry').toEqual([]);
});
