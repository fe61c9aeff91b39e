import { WorkflowContext } from 'tta-dev-primitives';
import { CacheAdvisorPrimitive, RoutingLogPrimitive, SemanticShadowPrimitive, ShadowPrimitive } from 'tta-evaluation';
import { MaturityHistory } from '../../packages/cli/src/maturity/history.ts';
import { MaturityPrimitive } from '../../packages/cli/src/maturity/maturity-primitive.ts';
import { requestOf, simulatedModel } from './models.ts';
import type { Scenario } from './scenarios.ts';

const TENANT = { tenantId: 'acme' };

/** Is the saving real, and what would a cache save: shadows, logs and advisors around models. */
export function evaluating(): Scenario {
  const small = simulatedModel('gpt-4o-mini');
  const baseline = { step: simulatedModel('gpt-4o'), model: 'gpt-4o', provider: 'openai' };
  const priced = new ShadowPrimitive(small, { baseline, operation: 'support', share: 1, maxPerMinute: 100_000 });
  const unpriced = new ShadowPrimitive(simulatedModel('our-llama'), {
    baseline,
    operation: 'draft',
    share: 1,
    maxPerMinute: 100_000,
  });
  const log = new RoutingLogPrimitive(small, { sink: { write: () => {} }, operation: 'support' });
  const semantic = new SemanticShadowPrimitive(small, { operation: 'faq', embed: letters, thresholds: [0.9, 0.98] });
  const advised = new CacheAdvisorPrimitive(semantic, { operation: 'faq', livesMs: [1_000, 60_000] });
  return async (turn) => {
    const context = new WorkflowContext(TENANT);
    const request = requestOf(
      `when does the shop in ${turn % 2 === 0 ? 'Lyon' : 'Nice'} open${turn % 3 === 0 ? '?' : ''}`,
    );
    await Promise.all([priced, unpriced, log, advised].map((step) => step.execute(request, context)));
    await Promise.all([priced.settled(), unpriced.settled()]);
  };
}

/** How often each letter comes: an embedding that needs no model. */
function letters(text: string): readonly number[] {
  return Array.from('abcdefghijklmnopqrstuvwxyz', (letter) => text.toLowerCase().split(letter).length - 1 + 0.01);
}

/** Three packages at different stages. */
export async function maturing(): Promise<Scenario> {
  const maturity = new MaturityPrimitive({ staging: 0.7, production: 0.8 }, await MaturityHistory.open(undefined));
  const coverages = { router: 0.93, cache: 0.74, gateway: 0.41 };
  return () =>
    Promise.all(
      Object.entries(coverages).map(([component, coverage]) =>
        maturity.execute({
          component,
          report: { coverage, tests: { passed: 120, failed: coverage < 0.5 ? 2 : 0, skipped: 1 }, checksPass: true },
        }),
      ),
    );
}
