import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const PACKAGE = new URL('../../..', import.meta.url);

/** Runs a program that knows TimeoutPrimitive in a process of its own; rejects unless it ends with code 0, long before an hour has passed. */
async function run(program: string): Promise<string> {
  const imports = `
    import { registerObserver } from 'tta-dev-primitives';
    import { TimeoutPrimitive } from 'tta-observability-integration/primitives';`;
  const flags = ['--expose-gc', '--conditions=tta-source', '--input-type=module', '--eval'];
  const options = { cwd: PACKAGE, timeout: 100_000 };
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, imports + program], options);
  return stdout.trim();
}

describe('a process with a timeout', () => {
  it('C37 ends at once after an answer', async () => {
    const program = `
      await new TimeoutPrimitive(() => 'v', { timeoutMs: 3_600_000 }).execute(1);
      console.log('answered');`;
    expect(await run(program)).toBe('answered');
  });

  it('C37 stays alive until the hard stop of work that hangs', async () => {
    const program = `
      const timeout = new TimeoutPrimitive(() => new Promise(() => {}), { timeoutMs: 100, graceMs: 50 });
      await timeout.execute(1).catch((error) => console.log(error.phase));`;
    expect(await run(program)).toBe('hard');
  });

  it('C37 does not stay alive for a timeout that is told not to keep it', async () => {
    const program = `
      const timeout = new TimeoutPrimitive(() => new Promise(() => {}), { timeoutMs: 3_600_000, unref: true });
      void timeout.execute(1);
      process.on('exit', (code) => console.log(code));`;
    expect(await run(program)).toBe('0');
  });

  it.each(['{ totalMs: 3_600_000 }', '{ idleMs: 3_600_000 }'])(
    'ends at once beside an unread stream with limits %s',
    async (limits) => {
      const program = `
      const timeout = new TimeoutPrimitive(async function* () { yield 1; }, { timeoutMs: 3_600_000, stream: ${limits} });
      await timeout.execute(1);
      console.log('answered');`;
      expect(await run(program)).toBe('answered');
    },
  );

  it('ends at once beside a stream that its reader has dropped after a chunk', async () => {
    const program = `
      const timeout = new TimeoutPrimitive(async function* () { yield 1; yield 2; }, { timeoutMs: 3_600_000, stream: { totalMs: 3_600_000 } });
      await (await timeout.execute(1)).next();
      console.log('answered');`;
    expect(await run(program)).toBe('answered');
  });

  it('stays alive for a reader who waits for a stream that stalls', async () => {
    const program = `
      const timeout = new TimeoutPrimitive(async function* () { await new Promise(() => {}); }, { timeoutMs: 3_600_000, stream: { idleMs: 50 } });
      await (await timeout.execute(1)).next().catch((error) => console.log(error.phase));`;
    expect(await run(program)).toBe('idle');
  });

  it.each([
    ['unobserved', ''],
    ['observed', `registerObserver({ async observe(identity, run) { await run(() => {}); } });`],
  ])('C50 forgets the input of work that never ends, %s', async (_title, setUp) => {
    const program = `${setUp}
      const held = []; // as a leaking client would
      let isCollected = false;
      const registry = new FinalizationRegistry(() => { isCollected = true; });
      const timeout = new TimeoutPrimitive(() => new Promise((resolve) => { held.push(resolve); }), { timeoutMs: 5, graceMs: 0 });
      async function execute() {
        const input = { prompt: 'x' };
        registry.register(input, 'input');
        await timeout.execute(input).catch(() => {});
      }
      await execute();
      for (let turn = 0; turn < 50 && !isCollected; turn += 1) {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      console.log(isCollected, held.length);`;
    expect(await run(program)).toBe('true 1');
  });

  it('C38 keeps nothing of 100,000 executions that were pending at once', async () => {
    const program = `
      const pending = [];
      const timeout = new TimeoutPrimitive(() => new Promise((resolve) => { pending.push(resolve); }), { timeoutMs: 3_600_000 });
      async function all(count) {
        const answers = Array.from({ length: count }, () => timeout.execute(1));
        for (const resolve of pending) resolve('v');
        pending.length = 0;
        await Promise.all(answers);
      }
      async function heapBytes() {
        await new Promise((resolve) => setImmediate(resolve));
        gc();
        return process.memoryUsage().heapUsed;
      }
      await all(1_000);
      const before = await heapBytes();
      await all(100_000);
      const keptBytes = ((await heapBytes()) - before) / 100_000;
      console.log(timeout.getStats().successes, keptBytes < 20, process.getActiveResourcesInfo().includes('Timeout'));`;
    expect(await run(program)).toBe('101000 true false');
  });
});
