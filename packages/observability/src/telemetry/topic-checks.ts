import { checkFunction, checkNoUnknown, checkOneOf, checkText, refusal } from 'tta-dev-primitives/internal';
import { type Dimension, type Metric, printedNames } from './metric.ts';

const TOPIC = { facts: true, metrics: true, rates: true, spans: true, listen: true } as const;
const FACT = { attribute: true, dimension: true, record: true, onEnd: true } as const;
const SPAN = { kind: true, name: true, attributes: true } as const;

const KINDS = ['counter', 'up_down_counter', 'gauge', 'histogram'];
const SPAN_KINDS = ['internal', 'client', 'server', 'producer', 'consumer'];

const FACT_NAME = /^[a-z]\w*(\.\w+)+$/i;
const NAME = /^[a-z][a-z0-9]*([._][a-z0-9]+)*$/;
const NAME_RULE = 'lower-case words joined by _ or .';
const UNIT = /^(s|By|\{\w+\})?$/;

/** A capped dimension that ends in one of these words holds data of users, which is never a label. */
const DATA = /(^|[._])(content|email|id|input|key|message|output|prompt|session|tenant|text|uri|url|user)$/;

/** What Prometheus itself calls a label. */
const RESERVED = ['le', 'quantile'];

type Fields = Readonly<Record<string, unknown>>;

/**
 * Checks a topic, which may come from JavaScript.
 *
 * @param owner - the function that refuses the topic
 * @throws TypeError or RangeError that names what is wrong and what is allowed
 */
export function checkTopic(owner: string, topic: unknown): void {
  checkNoUnknown(owner, topic, TOPIC);
  const { facts = {}, metrics = {}, rates = [], spans = {}, listen } = topic as Fields;
  if (listen !== undefined) checkFunction(owner, 'listen', listen);
  for (const [name, entry] of entriesOf(owner, 'facts', facts)) checkFact(owner, name, entry);
  const own = entriesOf(owner, 'metrics', metrics);
  for (const [key, metric] of own) checkMetric(owner, `metrics.${key}`, metric);
  if (!Array.isArray(rates)) throw new TypeError(refusal(owner, 'rates', rates, 'an array of rates'));
  rates.forEach((rate, index) => {
    checkRate(owner, `rates[${index}]`, rate, Object.values(metrics as Fields));
  });
  for (const [kind, span] of entriesOf(owner, 'spans', spans)) checkSpan(owner, `spans.${kind}`, span);
  checkPrintedOnce(owner, [...own.map(([, metric]) => metric), ...rates.map(({ metric }) => metric)] as Metric[]);
}

function checkFact(owner: string, name: string, entry: unknown): void {
  if (!FACT_NAME.test(name)) {
    throw new RangeError(
      refusal(owner, 'the name of a fact', name, "a word, a dot and a name, such as 'greeting.language'"),
    );
  }
  const place = `facts['${name}']`;
  checkNoUnknown(owner, entry, FACT, place);
  const { attribute, dimension, record, onEnd } = entry as Fields;
  if (attribute !== undefined && typeof attribute !== 'string' && typeof attribute !== 'function') {
    throw new TypeError(refusal(owner, `${place}.attribute`, attribute, 'the name of an attribute, or a function'));
  }
  if (dimension !== undefined) checkDimension(owner, `${place}.dimension`, { name: dimension, values: 'capped' });
  if (record !== undefined) checkFunction(owner, `${place}.record`, record);
  if (onEnd !== undefined) checkFunction(owner, `${place}.onEnd`, onEnd);
}

function checkMetric(owner: string, place: string, metric: unknown): void {
  if (typeof metric !== 'object' || metric === null) {
    throw new TypeError(refusal(owner, place, metric, 'a metric, such as counter(...)'));
  }
  const { kind, name, unit, description, dimensions, buckets } = metric as Fields;
  checkOneOf(owner, `${place}.kind`, kind, KINDS);
  checkName(owner, `${place}.name`, name);
  const isTotal = name.endsWith('_total');
  if (kind === 'counter' && !isTotal && !name.includes('.')) {
    throw new RangeError(refusal(owner, `${place}.name`, name, 'a name that ends in _total, because it is a counter'));
  }
  if (kind !== 'counter' && isTotal) {
    throw new RangeError(refusal(owner, `${place}.name`, name, 'a name without _total, because it is not a counter'));
  }
  if (typeof unit !== 'string' || !UNIT.test(unit)) {
    throw new RangeError(refusal(owner, `${place}.unit`, unit, "'', 's', 'By', or a word in braces such as '{mail}'"));
  }
  checkText(owner, `${place}.description`, description);
  if (!Array.isArray(dimensions)) throw new TypeError(refusal(owner, `${place}.dimensions`, dimensions, 'an array'));
  for (const dimension of dimensions) checkDimension(owner, `a dimension of ${name}`, dimension);
  const names = dimensions.map((dimension: Dimension) => dimension.name.replaceAll('.', '_')); // as they are printed
  const twice = names.find((dimension, index) => names.indexOf(dimension) !== index);
  if (twice !== undefined) throw new RangeError(`${owner}: ${name} has the dimension ${twice} twice`);
  if (kind === 'histogram') checkBuckets(owner, `${place}.buckets`, buckets);
}

function checkName(owner: string, place: string, name: unknown): asserts name is string {
  checkText(owner, place, name);
  if (!NAME.test(name as string)) throw new RangeError(refusal(owner, place, name, NAME_RULE));
}

function checkDimension(owner: string, place: string, dimension: unknown): void {
  if (typeof dimension !== 'object' || dimension === null) {
    const allowed = 'closed(name, values) or capped(name), because an unbounded one can fill the memory';
    throw new TypeError(refusal(owner, place, dimension, allowed));
  }
  const { name, values } = dimension as Fields;
  checkName(owner, place, name);
  if (RESERVED.includes(name)) throw new RangeError(refusal(owner, place, name, 'another name than le and quantile'));
  if (Array.isArray(values)) {
    if (values.length > 0 && values.every((value) => typeof value === 'string')) return;
    throw new TypeError(refusal(owner, `the values of the dimension ${name}`, values, 'a list of words'));
  }
  if (values !== 'capped') {
    throw new TypeError(refusal(owner, `the values of the dimension ${name}`, values, "a list of words, or 'capped'"));
  }
  if (DATA.test(name)) {
    const allowed = 'a word of the code; data of users is never a label, so state it as a span attribute';
    throw new RangeError(refusal(owner, place, name, allowed));
  }
}

function checkBuckets(owner: string, place: string, buckets: unknown): void {
  const isAscending =
    Array.isArray(buckets) &&
    buckets.length > 0 &&
    buckets.every((bound, index) => Number.isFinite(bound) && (index === 0 || bound > buckets[index - 1]));
  if (!isAscending) throw new RangeError(refusal(owner, place, buckets, 'a list of numbers in ascending order'));
}

function checkRate(owner: string, place: string, rate: unknown, metrics: readonly unknown[]): void {
  if (typeof rate !== 'object' || rate === null) throw new TypeError(refusal(owner, place, rate, 'a rate(...)'));
  const { metric, each, of } = rate as Fields;
  checkMetric(owner, `${place}.metric`, metric);
  checkFunction(owner, `${place}.of`, of);
  if (!metrics.includes(each)) throw new RangeError(refusal(owner, `${place}.each`, each, 'one of the metrics'));
}

function checkSpan(owner: string, place: string, span: unknown): void {
  checkNoUnknown(owner, span, SPAN, place);
  const { kind = 'internal', name, attributes } = span as Fields;
  if (typeof kind !== 'function') checkOneOf(owner, `${place}.kind`, kind, SPAN_KINDS);
  checkFunction(owner, `${place}.name`, name);
  if (attributes !== undefined) checkFunction(owner, `${place}.attributes`, attributes);
}

function checkPrintedOnce(owner: string, metrics: readonly Metric[]): void {
  const names = metrics.flatMap(printedNames);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new RangeError(`${owner}: two metrics of the topic are printed as ${twice}`);
}

function entriesOf(owner: string, option: string, value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(refusal(owner, option, value, 'an object'));
  }
  return Object.entries(value);
}
