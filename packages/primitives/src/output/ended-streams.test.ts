import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const PACKAGE = new URL('../..', import.meta.url);

/** Kinds of streams of ten chunks. */
const STREAMS = {
  'a generator': 'async function* () { for (let index = 0; index < 10; index += 1) yield { index }; }',
  'an iterable that makes an iterator': `() => {
    let index = 0;
    const next = async () => ({ done: index === 10, value: { index: index++ } });
    return { [Symbol.asyncIterator]: () => ({ next }) };
  }`,
};

/** Runs in a process of its own. While it measures, collections are minor, as most are in a busy server. */
const programOf = (stream: string): string => `
  import { step, WorkflowContext } from 'tta-dev-primitives';
  const context = new WorkflowContext({ signal: new AbortController().signal });
  const answer = step('answer', ${stream});
  const readStreams = async (count) => {
    for (let index = 1; index <= count; index += 1) {
      for await (const _ of await answer.execute(null, context));
      await new Promise(setImmediate); // until then, V8 keeps the target of a WeakRef
      if (index % 10 === 0) gc({ type: 'minor' });
    }
  };
  await readStreams(300);
  gc();
  const before = process.memoryUsage().heapUsed;
  await readStreams(1_000);
  console.log((process.memoryUsage().heapUsed - before) / 1_000);`;

test.each(Object.entries(STREAMS))(
  'minor garbage collections free %s that has ended, with its flow',
  async (_, stream) => {
    const flags = ['--expose-gc', '--conditions=tta-source', '--input-type=module', '--eval'];
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, programOf(stream)], {
      cwd: PACKAGE,
      timeout: 100_000,
    });
    expect(Number(stdout)).toBeLessThan(1_000); // bytes a stream; what a registry and an event target keep is less
  },
);
