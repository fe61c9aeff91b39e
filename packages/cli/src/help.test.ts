import { expect, it } from 'vitest';
import { fakeIo } from './__fixtures__/fake-io.ts';
import { runCli } from './cli.ts';

async function said(...args: string[]) {
  const io = fakeIo({ env: {} });
  return { exitCode: await runCli(args, '1.2.3', io), out: io.out(), err: io.err() };
}

it.each([
  [['help'], 'Usage: tta [options] [command]'],
  [['help', 'report'], 'Usage: tta report [options] <files...>'],
  [['help', 'router', 'train'], 'Usage: tta router train [options] <files...>'],
])('%j says how a command is used', async (args, usage) => {
  expect(await said(...args)).toEqual({ exitCode: 0, out: expect.stringContaining(usage), err: '' });
});

it.each([
  [['help', 'router', 'trian'], "tta: there is no command 'trian' (Did you mean train?)\n"],
  [['help', 'nonsense'], /^tta: there is no command 'nonsense'; there are demo, dashboard, router, report/],
])('%j suggests what was meant', async (args, message) => {
  const { exitCode, err } = await said(...args);
  expect(exitCode).toBe(2);
  expect(err).toMatch(message);
});
