import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const PACKAGE = new URL('../..', import.meta.url);

/** Runs a program in a process of its own, whose memory nothing else uses. */
async function run(program: string): Promise<string> {
  const imports = `
    import { getEventListeners } from 'node:events';
    import { BulkheadPrimitive, WorkflowContext } from 'tta-dev-primitives';`;
  const flags = ['--expose-gc', '--conditions=tta-source', '--input-type=module', '--eval'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, imports + program], {
    cwd: PACKAGE,
    timeout: 100_000,
  });
  return stdout.trim();
}

test.each([
  ['a generator', 'async () => (async function* () { yield 1; })()'],
  ['a stream', 'async () => new ReadableStream({ pull: (controller) => controller.enqueue(1) })'],
])('%s that is dropped unread is collected and gives its place back, under a signal that lives on', async (_, make) => {
  const program = `
    const { signal } = new AbortController();
    const bulkhead = new BulkheadPrimitive(${make}, { maxConcurrent: 200 });
    for (let index = 0; index < 200; index += 1) await bulkhead.execute(null, new WorkflowContext({ signal }));
    for (let turn = 0; turn < 200 && bulkhead.getStats().running > 0; turn += 1) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    console.log(bulkhead.getStats().running, getEventListeners(signal, 'abort').length);`;
  expect(await run(program)).toBe('0 0');
});
