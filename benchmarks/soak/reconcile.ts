import { setTimeout as sleep } from 'node:timers/promises';
import type { SavingsLedger } from 'tta-observability-integration/llm';
import type { Outcomes } from './load.ts';
import type { UnreliableProvider } from './provider.ts';
import type { SoakWorkflow } from './workflow.ts';

/** One thing that must hold, in words with its figures. */
export type Check = readonly [line: string, holds: boolean];

/** What was counted in a soak, by everyone who counts. */
export interface Counted {
  readonly outcomes: Outcomes;
  readonly workflow: SoakWorkflow;
  readonly provider: UnreliableProvider;
  readonly ledger: SavingsLedger;
  /** The page of metrics. */
  readonly page: string;
}

/** Waits for the work that goes on after its callers have left: shared calls, writes, and the entries of the ledger. */
export async function untilEnded({ outcomes, workflow, ledger }: Omit<Counted, 'page'>): Promise<void> {
  const isEnded = (): boolean =>
    ledger.totals().requests === outcomes.started &&
    workflow.limit.getStats().running === 0 &&
    [workflow.timeout, ...workflow.attempts].every((timeout) => timeout.getStats().abandoned === 0);
  for (let turn = 0; turn < 900 && !isEnded(); turn += 1) await sleep(100);
}

export function checksOf({ outcomes, workflow, provider, ledger, page }: Counted): Check[] {
  const { started, answered, left, failed, refused, notCached, aborted, crossed } = outcomes;
  const [timeout, limit, cache, router] = [
    workflow.timeout.getStats(),
    workflow.limit.getStats(),
    workflow.cache.getStats(),
    workflow.router.getStats(),
  ];
  const routes = Object.values(router.routes);
  const retries = workflow.retries.map((retry) => retry.getStats());
  const attempts = workflow.attempts.map((attempt) => attempt.getStats());
  const totals = ledger.totals();
  const { cache: cached = 0, coalescing = 0, routing = 0 } = totals.savedByCause;
  const metric = (name: string, label = ''): number => sumOnPage(page, name, label);
  return [
    equal('executions', { started }, { answered, left, failed, refused, notCached, aborted }),
    equal('outcomes of the timeout', { started }, { outcomes: timeout.total }),
    equal('decisions of the limit', { started }, pick(limit, 'allowed', 'refused', 'cancelled')),
    equal('lookups', { allowed: limit.allowed }, pick(cache, 'hits', 'misses', 'bypasses')),
    callsOfMisses(cache.misses + cache.bypasses + cache.refreshes - notCached, router.total, aborted),
    equal(
      'decisions of the router',
      { routed: router.total },
      { decided: sum(routes, 'decisions'), refused: router.refusals },
    ),
    equal(
      'executions of the retries',
      { attemptsOfRoutes: sum(routes, 'attempts') },
      { retried: sum(retries, 'total') },
    ),
    equal('calls', { calls: provider.calls }, { attempts: sum(retries, 'attempts') }),
    equal('outcomes of the attempts', { calls: provider.calls }, { outcomes: sum(attempts, 'total') }),
    equal('entries of the ledger', { started }, { entries: totals.requests }),
    equal('money billed', { billedUsd: provider.billedUsd }, { spendUsd: totals.spendUsd }),
    equal('money saved', { spendUsd: totals.spendUsd, savedUsd: totals.savedUsd }, { baselineUsd: totals.baselineUsd }),
    equal('money saved by the cache', { cached, coalescing }, { savedUsd: cache.costSavingsUsd }),
    equal('money saved by the router', { routing }, { savedUsd: router.costSavingsUsd }),
    equal('metrics: outcomes', { started }, { outcomes: metric('timeout_outcomes_total', 'operation="soak"') }),
    equal('metrics: lookups', { lookups: cache.total }, { lookups: metric('cache_lookups_total') }),
    equal(
      'metrics: decisions',
      { decisions: sum(routes, 'decisions') },
      { decisions: metric('router_decisions_total') },
    ),
    equal('metrics: money', { billedUsd: provider.billedUsd }, { costUsd: metric('llm_cost_usd_total') }),
    zero('work given up that has not settled', sum([timeout, ...attempts], 'abandoned')),
    zero('executions within the limit', limit.running),
    zero('answers of another tenant or question', crossed),
  ];
}

/**
 * Each miss, bypass and refresh calls, but for those that wanted a stored answer alone, and those whose caller left while the store was
 * asked or whose call another one took over.
 */
function callsOfMisses(misses: number, routed: number, aborted: number): Check {
  const left = misses - routed;
  const line = `executions of the router: ${misses} misses, bypasses and refreshes = ${routed} routed + ${left} whose caller left first`;
  return [line, left >= 0 && left <= aborted];
}

type Figures = Readonly<Record<string, number>>;

function pick<Name extends string>(stats: Readonly<Record<Name, number>>, ...names: readonly Name[]): Figures {
  return Object.fromEntries(names.map((name) => [name, stats[name]]));
}

function sum<Name extends string>(list: readonly Readonly<Record<Name, number>>[], name: Name): number {
  return list.reduce((all, stats) => all + stats[name], 0);
}

/** Counts are equal; money is to a billionth. */
function equal(what: string, left: Figures, right: Figures): Check {
  const [before, after] = [left, right].map((figures) =>
    Object.values(figures).reduce((all, figure) => all + figure, 0),
  );
  const difference = Math.abs((before as number) - (after as number));
  return [
    `${what}: ${inWords(left)} = ${inWords(right)}`,
    difference <= 1e-9 * Math.max(1, Math.abs(before as number)),
  ];
}

function zero(what: string, count: number): Check {
  return [`${what}: ${count}`, count === 0];
}

function inWords(figures: Figures): string {
  const words = Object.entries(figures).map(([name, figure]) => {
    return `${Number.isInteger(figure) ? figure : figure.toFixed(9)} ${name}`;
  });
  return words.join(' + ');
}

/** The sum of the series of a metric, of those with a label if one is given. */
function sumOnPage(page: string, name: string, label: string): number {
  const lines = page.split('\n').filter((line) => line.startsWith(`${name}{`) && line.includes(label));
  return lines.reduce((all, line) => all + Number(line.slice(line.lastIndexOf(' '))), 0);
}
