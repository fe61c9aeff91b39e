import { expect } from 'vitest';
import { fakeIo } from '../../__fixtures__/fake-io.ts';
import { runCli } from '../../cli.ts';

/** What `tta router` says to those arguments, and the code it ends with. */
export async function said(...args: readonly string[]) {
  const io = fakeIo();
  const exitCode = await runCli(['router', ...args], '1.2.3', io);
  return { exitCode, out: io.out(), err: io.err() };
}

/** What it says as one line of JSON, and nothing besides. */
export async function reported<Report>(...args: readonly string[]): Promise<Report> {
  const { out, err } = await said(...args, '--json');
  expect(err).toBe('');
  expect(out.trim().split('\n')).toHaveLength(1);
  return JSON.parse(out);
}
