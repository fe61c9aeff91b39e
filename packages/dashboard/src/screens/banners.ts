import type { Observations } from '../data/observations.ts';
import type { TroubledLane } from '../data/state-lanes.ts';
import type { Toll } from '../data/toll.ts';
import type { Banner, LimitLine } from '../wire/index.ts';

/** Worst first. */
export function bannersOf(observations: Observations, problems: readonly string[]): Banner[] {
  const troubles = observations.lanes.troubled.map(troubleOf);
  const unpriced = unpricedOf(observations);
  const budgets = observations.uses.limitsAt(observations.now()).flatMap(budgetOf);
  return [
    ...troubles.filter(({ level }) => level === 'not_working'),
    ...troubles.filter(({ level }) => level === 'different'),
    ...budgets,
    ...droppedOf(observations.lostFromHistory()),
    ...unpriced,
    ...problems.map(setUpOf),
  ];
}

function troubleOf(lane: TroubledLane): Banner {
  const { kind, name, sinceAtMs, untilAtMs } = lane;
  return {
    id: `${kind} ${name}`,
    subject: name,
    ...(sinceAtMs !== undefined && { sinceAtMs }),
    ...(untilAtMs !== undefined && { untilAtMs }),
    ...TROUBLES[kind](lane),
  };
}

type Trouble = Pick<Banner, 'level' | 'kind' | 'title' | 'text' | 'costUsd' | 'screen'>;

const TROUBLES: Readonly<Record<TroubledLane['kind'], (lane: TroubledLane) => Trouble>> = {
  store({ name, cause, toll }) {
    const because = cause === undefined || cause === 'unavailable' ? '' : ` (${cause.replaceAll('_', ' ')})`;
    const title = `The store of ${name} cannot be reached${because}`;
    const counted = toll.count === 0 ? '' : ` ${requests(toll.count)} asked a model instead.`;
    const text = `Nothing is answered from it.${counted}`;
    return { level: 'not_working', kind: 'store_down', title, text, ...costOf(toll), screen: 'cache' };
  },
  breaker({ name, now, toll }) {
    const isProbing = now === 'half_open';
    const title = `The breaker of ${name} is ${isProbing ? 'half open' : 'open'}`;
    const refused = toll.count === 0 ? 'Calls are refused.' : `${calls(toll.count)} refused.`;
    const text = isProbing ? `A few calls are let through to see whether it works. ${refused}` : refused;
    return { level: isProbing ? 'different' : 'not_working', kind: 'breaker_open', title, text, screen: 'resilience' };
  },
  route({ name, now, toll }) {
    const title = `${name} is ${now === 'cooling' ? 'cooling' : now === 'open' ? 'open' : 'tried again'}`;
    const text = [afterText(toll), insteadText(toll)].filter(Boolean).join(' ');
    return { level: 'different', kind: 'route_cooling', title, text, ...costOf(toll), screen: 'routes' };
  },
};

function requests(count: number): string {
  return count === 1 ? '1 request' : `${count.toLocaleString('en-US')} requests`;
}

function calls(count: number): string {
  return count === 1 ? '1 call was' : `${count.toLocaleString('en-US')} calls were`;
}

/** What the counted requests or calls cost; left out where it is unknown or nothing. */
function costOf({ costUsd }: Toll): Pick<Banner, 'costUsd'> {
  return costUsd === null || costUsd === 0 ? {} : { costUsd };
}

const FAILURES: Readonly<Record<string, string>> = {
  rate_limited: 'rate limit',
  timeout: 'timeout',
  network: 'network error',
  server_error: 'server error',
};

/** "It met 5 rate limits in 20 s." */
function afterText({ count, causes, overMs }: Toll): string {
  if (count === 0) return '';
  const [first, ...others] = causes.ranked();
  const noun = (others.length === 0 && FAILURES[first?.word ?? '']) || 'failed call';
  const seconds = Math.round(overMs / 1_000);
  const over =
    seconds < 1 || count === 1 ? '' : seconds < 120 ? ` in ${seconds} s` : ` in ${Math.round(seconds / 60)} m`;
  return `It met ${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}${over}.`;
}

/** "12 requests went to medium instead." */
function insteadText({ insteads }: Toll): string {
  const [first, ...others] = insteads.ranked();
  if (first === undefined) return '';
  const names = [first, ...others.slice(0, 1)].map(({ word }) => word);
  const rest = others.length > 1 ? ['other routes'] : [];
  return `${requests(insteads.total)} went to ${[...names, ...rest].join(others.length > 1 ? ', ' : ' and ')} instead.`;
}

/** A budget that is used up. */
function budgetOf({ who, what, used, allowed, startsAnewAtMs, refused }: LimitLine): Banner[] {
  if (what !== 'spend' || used === null || used < allowed) return [];
  return [
    {
      ...{ id: `budget ${who}`, level: 'different', kind: 'budget_exhausted', subject: who },
      title: `The budget of ${who} is used up`,
      text:
        refused === 0 ? 'Its requests are refused.' : `${requests(refused)} ${refused === 1 ? 'was' : 'were'} refused.`,
      ...(startsAnewAtMs !== undefined && { untilAtMs: startsAnewAtMs }),
      costUsd: used,
      screen: 'resilience',
    },
  ];
}

/** Requests that a program ended faster than its history could take them. */
function droppedOf(count: number): Banner[] {
  if (count === 0) return [];
  const title = count === 1 ? '1 request is missing' : `${count.toLocaleString('en-US')} requests are missing`;
  return [
    {
      ...{ id: 'dropped', level: 'different', kind: 'dropped', title: `${title} in the history.`, screen: 'requests' },
      text: 'They ended faster than the database could take them. The sums below have them until the next restart.',
    },
  ];
}

/** Answers without a price in the last hour. A request without an answer is no fault of the set-up. */
function unpricedOf({ timeline, now, routes }: Observations): Banner[] {
  const { all } = timeline.read('1h', now());
  if (all.money.unpricedAnswers === 0) return [];
  const isNeverPriced = (name: string): boolean => {
    const route = all.routes.get(name);
    return route !== undefined && route.unpriced > 0 && route.unpriced === route.calls;
  };
  const model = routes.all.find(({ name, price }) => price === null && isNeverPriced(name))?.model;
  const count = all.money.unpricedAnswers;
  const reason = model == null ? 'Their usage is unknown' : `${model} is in no price list`;
  return [
    {
      id: 'unpriced',
      level: 'set_up',
      kind: 'unpriced',
      ...(model != null && { subject: model, code: `prices: { ${JSON.stringify(model)}: … }` }),
      title: count === 1 ? '1 answer has no price.' : `${count.toLocaleString('en-US')} answers have no price.`,
      text: `${reason}, so they are in no sum below.`,
      screen: 'requests',
    },
  ];
}

function setUpOf(problem: string): Banner {
  return {
    id: `set_up ${problem}`,
    level: 'set_up',
    kind: 'set_up',
    title: 'Set-up',
    text: problem,
    screen: 'requests',
  };
}
