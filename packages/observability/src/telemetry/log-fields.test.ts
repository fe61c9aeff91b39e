import { Writable } from 'node:stream';
import pino from 'pino';
import { sequence, step, WorkflowContext, workflow } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import winston from 'winston';
import { telemetryForTest } from '../apm/__fixtures__/telemetry-for-test.ts';
import { logFields } from './log-fields.ts';

/** A place for a logger to write to, and what it has written. */
function lines(): { stream: Writable; read(): Record<string, unknown>[] } {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  return { stream, read: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

async function logged(write: () => void) {
  await using telemetry = await telemetryForTest();
  const support = workflow(
    'support',
    sequence((n: number) => n, step('talk', write)),
  );
  await support.execute(1, new WorkflowContext({ tenantId: 'acme' }));
  const talk = telemetry.handle.finishedSpans().find(({ name }) => name === 'talk');
  return { trace_id: talk?.traceId, span_id: talk?.spanId, trace_flags: '01', workflow: 'support', tenant: 'acme' };
}

describe('the fields of a log', () => {
  it('are the trace, the span, the workflow and the tenant', async () => {
    let fields: unknown;
    const expected = await logged(() => {
      fields = logFields();
    });
    expect(fields).toEqual(expected);
    expect(expected.trace_id).toMatch(/^[0-9a-f]{32}$/);
  });

  it('go into every line of pino', async () => {
    const { stream, read } = lines();
    const log = pino({ mixin: () => ({ ...logFields() }) }, stream);
    const expected = await logged(() => log.info('hello'));
    expect(read()).toMatchObject([{ msg: 'hello', ...expected }]);
  });

  it('go into every line of winston', async () => {
    const { stream, read } = lines();
    const log = winston.createLogger({
      format: winston.format.combine(
        winston.format((info) => Object.assign(info, logFields()))(),
        winston.format.json(),
      ),
      transports: [new winston.transports.Stream({ stream })],
    });
    const expected = await logged(() => void log.info('hello'));
    expect(read()).toMatchObject([{ message: 'hello', ...expected }]);
  });

  it('name the workflow also where nothing is traced', async () => {
    await using telemetry = await telemetryForTest({ level: 'off' });
    let fields: unknown;
    await workflow(
      'support',
      step('talk', () => void (fields = logFields())),
    ).execute(undefined);
    expect(fields).toEqual({ workflow: 'support' });
    expect(telemetry.handle.finishedSpans()).toEqual([]);
  });

  it('are none outside of a workflow', () => {
    expect(logFields()).toEqual({});
  });
});
