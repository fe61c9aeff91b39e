import { expect, it } from 'vitest';
import { fileSink, RoutingLogPrimitive, ScoreDriftPrimitive, ShadowPrimitive } from './index.ts';

const answer = async (): Promise<string> => 'yes';

it.each<[string, () => unknown]>([
  ['ShadowPrimitive: rate', () => new ShadowPrimitive(answer, { baseline: answer, rate: 1 } as never)],
  ['RoutingLogPrimitive: file', () => new RoutingLogPrimitive(answer, { sink: () => {}, file: 'log' } as never)],
  ['fileSink: mode', () => fileSink({ path: 'log.jsonl', mode: 'a' } as never)],
  ['ScoreDriftPrimitive: size', () => new ScoreDriftPrimitive(answer, { size: 1 } as never)],
])('%s is not an option', (option, build) => {
  expect(build).toThrow(`${option} is not an option`);
});
