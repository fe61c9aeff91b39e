import type { Observations } from '../data/observations.ts';
import type { Banner, LimitLine, Status } from '../wire/index.ts';

export function readStatus(observations: Observations, problems: readonly string[]): Status {
  const { now, startedAtMs, source, log, running, rate, lastRequestAtMs, routes, kept, autoRange } = observations;
  return {
    nowAtMs: now(),
    startedAtMs,
    source,
    requests: log.lastSeq,
    autoRange,
    running,
    requestsPerSecond: rate.at(now()),
    ...(lastRequestAtMs !== undefined && { lastRequestAtMs }),
    routes: routes.all,
    banners: bannersOf(observations, problems),
    kept,
  };
}

/** Worst first. */
function bannersOf(observations: Observations, problems: readonly string[]): Banner[] {
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

function troubleOf(lane: Observations['lanes']['troubled'][number]): Banner {
  const { kind, name, sinceAtMs, untilAtMs, now, cause } = lane;
  const common = {
    id: `${kind} ${name}`,
    subject: name,
    ...(sinceAtMs !== undefined && { sinceAtMs }),
    ...(untilAtMs !== undefined && { untilAtMs }),
  };
  const because = cause === undefined || cause === 'unavailable' ? '' : ` (${cause.replaceAll('_', ' ')})`;
  if (kind === 'store') {
    const text = 'Lookups ask a model instead until it answers again.';
    const title = `The store of ${name} cannot be reached${because}`;
    return { ...common, level: 'not_working', kind: 'store_down', title, text, screen: 'cache' };
  }
  if (kind === 'breaker') {
    const isProbing = now === 'half_open';
    const title = `The breaker of ${name} is ${isProbing ? 'half open' : 'open'}`;
    const text = isProbing ? 'A few requests are let through to see whether it works.' : 'Its requests are refused.';
    const level = isProbing ? 'different' : 'not_working';
    return { ...common, level, kind: 'breaker_open', title, text, screen: 'resilience' };
  }
  const text = 'Until it is tried again its requests go to other routes.';
  return { ...common, level: 'different', kind: 'route_cooling', title: `${name} is cooling`, text, screen: 'routes' };
}

/** A budget that is used up. */
function budgetOf({ who, what, used, allowed, startsAnewAtMs }: LimitLine): Banner[] {
  if (what !== 'spend' || used === null || used < allowed) return [];
  const title = `The budget of ${who} is used up`;
  const text = 'Its requests are refused until the next window begins.';
  const until = startsAnewAtMs === undefined ? {} : { untilAtMs: startsAnewAtMs };
  return [
    {
      id: `budget ${who}`,
      level: 'different',
      kind: 'budget_exhausted',
      subject: who,
      title,
      text,
      ...until,
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
