import fc from 'fast-check';
import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { gradedRow, predictor, vectorOf, vectorOfRow } from 'tta-observability-integration/learning';
import { describe, expect, it } from 'vitest';
import { trainWeights } from '../training/train.ts';
import type { RoutingLogOptions } from './routing-log-options.ts';
import { RoutingLogPrimitive } from './routing-log-primitive.ts';
import type { LoggedRow } from './row.ts';

const MARKER = 'zebrafinch';

const answerOf = (content: string) => ({
  object: 'chat.completion',
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
  usage: { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 },
});

/** A sink that remembers, and fails or waits when it is told to. */
class MemorySink {
  text = '';
  failure: Error | undefined;
  gate: Promise<void> | undefined;
  isClosed = false;

  async write(lines: string): Promise<void> {
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
    this.text += lines;
  }

  close(): void {
    this.isClosed = true;
  }

  get rows(): LoggedRow[] {
    return this.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }
}

function logOf(options: Partial<RoutingLogOptions<string>> = {}, answer: (prompt: string) => unknown = answerOf) {
  const sink = new MemorySink();
  const log = new RoutingLogPrimitive<string, unknown>(answer, { sink, models: ['gpt-4o-mini'], ...options });
  return { sink, log };
}

describe('a routing log', () => {
  it('writes a row that training reads, with model, tokens, cost and latency', async () => {
    using recording = recordingObserver();
    const clock = manualClock();
    const { sink, log } = logOf({ hashBits: 10 }, async (prompt) => {
      await clock.advance(250);
      return answerOf(prompt);
    });
    await log.execute('What is 12 * 17?', new WorkflowContext({ clock }));
    await log.close();
    const [row] = sink.rows;
    expect(row).toMatchObject({ in_tok: 1_000, m: { 'gpt-4o-mini': { out_tok: 100, latency_ms: 250 } } });
    expect(row?.m['gpt-4o-mini']?.cost_usd).toBeCloseTo(0.00021, 12);
    expect(vectorOfRow(gradedRow(row), 10)).toEqual(vectorOf('What is 12 * 17?', 10));
    expect(sink.isClosed).toBe(true);
    expect(recording.factsOf('routingLog.outcome')).toEqual(['written']);
  });

  it('holds no word of a prompt or an answer', async () => {
    const { sink, log } = logOf();
    await log.execute(`Tell me about the ${MARKER} in my garden`);
    log.record(`a ${MARKER}`, [{ model: 'a', quality: 1, text: MARKER, answer: MARKER }]);
    await log.close();
    expect(sink.rows).toHaveLength(2);
    expect(sink.text).not.toContain(MARKER);
    expect(sink.text).not.toContain('garden');
  });

  it('holds prompts and answers when that is written out', async () => {
    const { sink, log } = logOf({ includePrompt: true, includeAnswer: true });
    await log.execute(MARKER);
    await log.close();
    expect(sink.rows).toMatchObject([{ prompt: MARKER, m: { 'gpt-4o-mini': { text: MARKER } } }]);
    expect(sink.rows[0]).not.toHaveProperty('features');
  });

  it('holds what was extracted of an answer, for a verifier that compares', async () => {
    const { sink, log } = logOf({ includeAnswer: true });
    log.record('How many?', [{ model: 'a', quality: 1, answer: 18 }]);
    await log.close();
    expect(gradedRow(sink.rows[0]).answers['a']).toMatchObject({ answer: '18' });
  });

  it('names a prompt by a keyed hash', async () => {
    const idWith = async (secret: string) => {
      const { sink, log } = logOf({ secret });
      await log.execute('x');
      await log.close();
      return sink.rows[0]?.id;
    };
    expect(await idWith('a')).toMatch(/^[0-9a-f]{32}$/);
    expect(await idWith('a')).toBe(await idWith('a'));
    expect(await idWith('b')).not.toBe(await idWith('a'));
  });

  it('gives rows of two models from which weights are learned that tell them apart', async () => {
    const { sink, log } = logOf({ hashBits: 12 });
    for (let time = 0; time < 120; time += 1) {
      const isHard = time % 2 === 0;
      log.record(isHard ? `prove theorem ${time}` : `greet person ${time}`, [
        { model: 'small', quality: isHard ? 0 : 1 },
        { model: 'large', quality: 1 },
      ]);
    }
    await log.close();
    const rows = sink.rows.map(gradedRow);
    const weights = trainWeights(
      rows.map((row) => vectorOfRow(row, 12)),
      { small: Float64Array.from(rows, ({ answers }) => answers['small']?.quality ?? Number.NaN) },
      { hashBits: 12 },
    );
    const { predict } = predictor(weights);
    expect(predict('prove theorem 7')['small']).toBeLessThan(0.5);
    expect(predict('greet person 7')['small']).toBeGreaterThan(0.5);
  });

  it('lets the caller have its answer before anything is done', async () => {
    const graded: unknown[] = [];
    const { sink, log } = logOf({ grade: ({ text }) => graded.push(text) });
    await log.execute('x');
    expect(graded).toEqual([]);
    await log.flush();
    expect(graded).toEqual(['x']);
    expect(sink.rows[0]?.m['gpt-4o-mini']?.q).toBe(1);
  });

  it('writes a row without a grade when grading fails, says nonsense or takes too long', async () => {
    const clock = manualClock();
    for (const grade of [() => Promise.reject(new Error('no')), () => 7, () => new Promise<number>(() => {})]) {
      const { sink, log } = logOf({ grade });
      await log.execute('x', new WorkflowContext({ clock }));
      await clock.advance(30_000);
      await log.close();
      expect(sink.rows[0]?.m['gpt-4o-mini']).not.toHaveProperty('q');
    }
  });

  it('waits for a later grade as long as it may', async () => {
    const clock = manualClock();
    const { sink, log } = logOf({ gradeWithinMs: 1_000 });
    await log.execute('x', new WorkflowContext({ clock, correlationId: 'one' }));
    await log.execute('y', new WorkflowContext({ clock, correlationId: 'two' }));
    await clock.advance(999);
    expect(log.getStats()).toMatchObject({ held: 2, queued: 0 });
    expect(log.grade('one', 0.5)).toBe(true);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(1);
    expect(log.grade('two', 1)).toBe(false);
    await log.close();
    expect(sink.rows.map(({ m }) => m['gpt-4o-mini']?.q)).toEqual([0.5, undefined]);
    expect(clock.pendingTimers).toBe(0);
    expect(() => log.grade('one', 2)).toThrow('RoutingLogPrimitive: quality must be a number at least 0 and at most 1');
  });

  it('writes the oldest waiting row when too many wait', async () => {
    const { sink, log } = logOf({ gradeWithinMs: 1_000_000, maxHeld: 2 });
    const clock = manualClock();
    for (const id of ['a', 'b', 'c']) await log.execute(id, new WorkflowContext({ clock, correlationId: id }));
    await clock.advance(0);
    expect(log.getStats().held).toBe(2);
    expect(log.grade('a', 1)).toBe(false);
    await log.close();
    expect(sink.rows).toHaveLength(3);
  });

  it('holds sixteen megabytes of text at most, at two bytes a character', async () => {
    const { log } = logOf({ gradeWithinMs: 1_000_000, includePrompt: true }, () => answerOf('x'.repeat(500_000)));
    const clock = manualClock();
    for (let index = 0; index < 12; index += 1) {
      await log.execute('y'.repeat(500_000), new WorkflowContext({ clock, correlationId: `${index}` }));
    }
    await expect.poll(() => log.getStats()).toMatchObject({ total: 12, held: 8 });
    expect([log.grade('3', 1), log.grade('4', 1)]).toEqual([false, true]);
    await log.close();
  });

  it('logs the whole answer of a stream when it has ended, and nothing of one that was left', async () => {
    const { sink, log } = logOf({ includeAnswer: true }, async function* () {
      for (const content of ['Pa', 'ris']) {
        yield { object: 'chat.completion.chunk', model: 'gpt-4o-mini', choices: [{ index: 0, delta: { content } }] };
      }
    } as never);
    for await (const _chunk of (await log.execute('x')) as AsyncIterable<unknown>) expect(sink.text).toBe('');
    for await (const _chunk of (await log.execute('x')) as AsyncIterable<unknown>) break;
    await log.close();
    expect(sink.rows).toMatchObject([{ m: { 'gpt-4o-mini': { text: 'Paris' } } }]);
    expect(log.getStats().outcomes).toMatchObject({ written: 1, unanswered: 1 });
  });

  it('logs nothing that nobody could learn from', async () => {
    const { sink, log } = logOf({}, () => 'a text without a model');
    await log.execute('x');
    log.record('', [{ model: 'a' }]);
    await log.close();
    expect(sink.text).toBe('');
    expect(log.getStats().outcomes.unknown).toBe(2);
  });

  it('logs what several models made of one prompt in one row', async () => {
    const { sink, log } = logOf();
    log.record('x', [
      { model: 'gpt-4o-mini-2024-07-18', quality: 0, costUsd: 0.1 },
      { model: 'gpt-4o', quality: 1, costUsd: null },
    ]);
    await log.close();
    expect(sink.rows[0]?.m).toEqual({ 'gpt-4o-mini': { q: 0, cost_usd: 0.1 }, 'gpt-4o': { q: 1 } });
    expect(log.getStats()).toMatchObject({ total: 1, graded: 1 });
  });

  it('drops what a slow sink has no room for, and says once that it does, and once that it no longer does', async () => {
    const said: string[] = [];
    const logger = { warn: (message: string) => said.push(message), info: (message: string) => said.push(message) };
    const { sink, log } = logOf({ maxBufferBytes: 2_000, logger, operation: 'chat' });
    const opened = Promise.withResolvers<void>();
    sink.gate = opened.promise;
    for (let time = 0; time < 20; time += 1) await log.execute(`question ${time}`);
    await expect(log.flush(20)).resolves.toBe(false);
    await expect.poll(() => log.getStats().outcomes.dropped).toBeGreaterThan(10); // rows are made in the background
    expect(log.getStats().isLosing).toBe(true);
    opened.resolve();
    await expect(log.flush()).resolves.toBe(true);
    const { outcomes, isLosing, queued } = log.getStats();
    expect(outcomes.written + outcomes.dropped).toBe(20);
    expect(sink.rows).toHaveLength(outcomes.written);
    expect([isLosing, queued]).toEqual([false, 0]);
    expect(said).toEqual([
      'chat: rows of the routing log are lost: there is no room for more until it has been written',
      'chat: the routing log is written again',
    ]);
  });

  it('has its whole room again once rows are written', async () => {
    const { log } = logOf({ maxBufferBytes: 2_000 });
    for (let time = 0; time < 20; time += 1) {
      await log.execute(`question ${time}`);
      await log.flush();
    }
    expect(log.getStats().outcomes).toMatchObject({ written: 20, dropped: 0 });
  });

  it('counts what a failing sink refuses, says so without its words, and no caller notices', async () => {
    const said: string[] = [];
    const { sink, log } = logOf({
      logger: {
        warn: (message) => said.push(message),
        info: () => {
          throw new Error('no');
        },
      },
    });
    sink.failure = Object.assign(new Error(`cannot write ${MARKER}`), { code: 'ENOSPC' });
    for (let time = 0; time < 3; time += 1) {
      await log.execute('x');
      await log.flush();
    }
    sink.failure = undefined;
    await log.execute('x');
    await log.close();
    expect(log.getStats().outcomes).toMatchObject({ refused: 3, written: 1 });
    expect(said).toEqual([expect.stringMatching(/are lost: ENOSPC$/)]);
  });

  it('accounts for every row once, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('good', 'throws', 'unknown', 'full', 'free')), async (kinds) => {
        using recording = recordingObserver();
        const { sink, log } = logOf({ maxBufferBytes: 3_000, hashBits: 8 }, (kind) => {
          if (kind === 'throws') throw new Error('down');
          return kind === 'unknown' ? 'text' : answerOf(kind);
        });
        for (const kind of kinds) {
          if (kind === 'full') sink.failure = new Error('full');
          if (kind === 'free') sink.failure = undefined;
          await log.execute(kind).catch(() => {});
        }
        await log.close();
        const { total, outcomes, held, queued } = log.getStats();
        expect(total).toBe(kinds.length);
        expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(kinds.length);
        expect([held, queued]).toEqual([0, 0]);
        expect(sink.rows).toHaveLength(outcomes.written);
        expect(recording.factsOf('routingLog.outcome')).toHaveLength(kinds.length);
      }),
      { numRuns: 30 },
    );
  });

  it('refuses options that cannot be', () => {
    const make = (options: object) => () => new RoutingLogPrimitive(answerOf, { sink: new MemorySink(), ...options });
    expect(make({ sink: {} })).toThrow('RoutingLogPrimitive: sink must be an object with write');
    expect(make({ includePrompt: 'yes' })).toThrow(
      'RoutingLogPrimitive: includePrompt must be true or false, but it is "yes"',
    );
    expect(make({ hashBits: 30 })).toThrow(
      'RoutingLogPrimitive: hashBits must be a whole number at least 8 and at most 24',
    );
    expect(make({ models: 'gpt-4o' })).toThrow('RoutingLogPrimitive: models must be a list of names');
  });
});
