import { metricNamed } from './catalogue.ts';

/** One expression of a panel. */
export interface Query {
  readonly expr: string;
  /** How its series are named: `{{route}}`, or a text for a single series. */
  readonly legend: string;
}

/** What a query reads, besides its metric. */
export interface Reading {
  /** The labels that its series keep. */
  readonly by?: readonly string[];
  /** More matchers: `outcome="failed"`. */
  readonly where?: string;
  /** The window. @defaultValue that of the panel, `$__rate_interval` */
  readonly over?: string;
}

/** What every query is limited to: the values chosen at the top of the board. */
const CHOSEN = 'job=~"$job",instance=~"$instance"';
const USUAL_WINDOW = '$__rate_interval';

/** Events, seconds or dollars per second, of a counter. */
export function perSecond(name: string, { by = [], where, over = USUAL_WINDOW }: Reading = {}): string {
  metricNamed(name, 'counter');
  return `${summed(by)}(rate(${selected(name, where)}[${over}]))`;
}

/** How much a counter has grown in the time range of the board. */
export function grown(name: string, { by = [], where, over = '$__range' }: Reading = {}): string {
  metricNamed(name, 'counter');
  return `${summed(by)}(increase(${selected(name, where)}[${over}]))`;
}

/** How much a sum that may fall has changed in the time range of the board. */
export function changed(name: string, { by = [], where, over = '$__range' }: Reading = {}): string {
  metricNamed(name, 'up_down_counter');
  return `${summed(by)}(delta(${selected(name, where)}[${over}]))`;
}

/** The newest values of a gauge, or of a sum that may fall, added up over processes. */
export function total(name: string, { by = [], where }: Omit<Reading, 'over'> = {}): string {
  metricNamed(name, 'gauge', 'up_down_counter');
  return `${summed(by)}(${selected(name, where)})`;
}

/** The highest of the newest values of a gauge. */
export function highest(name: string, { by = [], where }: Omit<Reading, 'over'> = {}): string {
  metricNamed(name, 'gauge', 'up_down_counter');
  return `max${by.length > 0 ? ` by (${by.join(', ')}) ` : ''}(${selected(name, where)})`;
}

/** A quantile of a histogram, from 0 to 1. */
export function quantile(share: number, name: string, { by = [], where, over = USUAL_WINDOW }: Reading = {}): string {
  metricNamed(name, 'histogram');
  return `histogram_quantile(${share}, ${summed([...by, 'le'])}(rate(${selected(`${name}_bucket`, where)}[${over}])))`;
}

/** Observations of a histogram per second. */
export function observed(name: string, { by = [], where, over = USUAL_WINDOW }: Reading = {}): string {
  metricNamed(name, 'histogram');
  return `${summed(by)}(rate(${selected(`${name}_count`, where)}[${over}]))`;
}

/** The mean of a histogram. */
export function mean(name: string, reading: Reading = {}): string {
  const { by = [], where, over = USUAL_WINDOW } = reading;
  metricNamed(name, 'histogram');
  return share(`${summed(by)}(rate(${selected(`${name}_sum`, where)}[${over}]))`, observed(name, reading));
}

/** One expression over another one with the same labels. */
export function share(part: string, whole: string): string {
  return `${part} / ${whole}`;
}

/** An expression that is 0 where no event has been counted yet. */
export function orZero(expr: string): string {
  return `(${expr} or vector(0))`;
}

/** A query whose series are named by labels. */
export function query(expr: string, ...labels: readonly string[]): Query {
  return { expr, legend: labels.map((label) => `{{${label}}}`).join(' ') };
}

/** A query of one series. */
export function named(legend: string, expr: string): Query {
  return { expr, legend };
}

function selected(series: string, where: string | undefined): string {
  return `${series}{${where === undefined ? '' : `${where},`}${CHOSEN}}`;
}

function summed(by: readonly string[]): string {
  return by.length === 0 ? 'sum' : `sum by (${by.join(', ')}) `;
}
