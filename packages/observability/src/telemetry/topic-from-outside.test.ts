import { type RunningStep, WorkflowPrimitive } from 'tta-dev-primitives';
import { initializeObservability } from 'tta-observability-integration';
import { capped, counter, namedBy, rate, ratio, registerTopic, topic } from 'tta-observability-integration/telemetry';
import { expect, it, onTestFinished } from 'vitest';

declare module 'tta-dev-primitives' {
  interface Facts {
    'greeting.team': string;
    'greeting.isRude': boolean;
  }
}

const metrics = {
  all: counter('greetings_total', '{greeting}', 'Greetings.', capped('team')),
  rude: counter('greetings_rude_total', '{greeting}', 'Rude greetings.', capped('team')),
};

const greetingTopic = topic({
  facts: {
    'greeting.team': { attribute: 'greeting.team', dimension: 'team' },
    'greeting.isRude': {
      attribute: 'greeting.is_rude',
      record(isRude, recorder) {
        recorder.add(metrics.all, [recorder.label('greeting.team')]);
        recorder.add(metrics.rude, [recorder.label('greeting.team')], isRude ? 1 : 0);
      },
    },
  },
  metrics,
  rates: [
    rate('greetings_rude_rate', 'Rude greetings as a share of all.', metrics.all, (sumOf, team) =>
      ratio(sumOf(metrics.rude, team), sumOf(metrics.all, team)),
    ),
  ],
  spans: { greeting: namedBy('greeting.team') },
});

class GreetingPrimitive extends WorkflowPrimitive<string, string> {
  override readonly kind = 'greeting';
  constructor() {
    super('greet');
    onTestFinished(registerTopic(greetingTopic));
  }
  protected run(name: string, _context: unknown, { note }: RunningStep): string {
    note('greeting.team', 'sales');
    note('greeting.isRude', name === '');
    return `Hello ${name}`;
  }
}

it('a primitive from outside has facts, metrics, a rate and a span of its own', async () => {
  const telemetry = await initializeObservability({ environment: 'test' });
  onTestFinished(async () => void (await telemetry.shutdown()));
  for (const name of ['Ada', '', 'Grace', 'Mary']) await new GreetingPrimitive().execute(name);
  const page = await telemetry.metricsText();
  expect(page).toContain('greetings_total{team="sales"} 4\n');
  expect(page).toContain('greetings_rude_total{team="sales"} 1\n');
  expect(page).toContain('greetings_rude_rate{team="sales"} 0.25\n');
  const span = { name: 'greeting sales', attributes: { 'greeting.team': 'sales', 'greeting.is_rude': true } };
  expect(telemetry.finishedSpans()[1]).toMatchObject(span);
});
