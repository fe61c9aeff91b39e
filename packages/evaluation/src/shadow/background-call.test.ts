import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('a call in the background that hangs keeps no process alive', async () => {
  const program = `
    import { ShadowPrimitive } from 'tta-evaluation';
    const step = () => {
      console.log('asked');
      return new Promise(() => {});
    };
    const baseline = { step, model: 'gpt-4o' };
    await new ShadowPrimitive(() => 'answer', { baseline, share: 1, timeoutMs: 3_600_000 }).execute('question');`;
  const flags = ['--conditions=tta-source', '--input-type=module', '--eval', program];
  const options = { cwd: new URL('../..', import.meta.url), timeout: 100_000 };
  const { stdout } = await promisify(execFile)(process.execPath, flags, options);
  expect(stdout).toBe('asked\n');
});
