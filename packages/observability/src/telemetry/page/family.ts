import { escapedHelp } from './label-text.ts';
import type { PageFormat } from './page-format.ts';

/** What a page says of a metric before its lines. */
export interface Family {
  /** As its lines are named, without `_bucket`, `_sum` and `_count`. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'info';
  readonly help: string;
  /** As OpenTelemetry writes it: `s`, `By`, `{call}`. */
  readonly unit: string;
}

/** The units that OpenMetrics knows, by OpenTelemetry's word. */
const UNITS: Readonly<Record<string, string>> = { s: 'seconds', By: 'bytes' };

/**
 * The comments before the lines of a metric.
 *
 * OpenMetrics names a family without the ending of its lines, and takes a unit only if the name ends with it.
 */
export function headOf({ name, type, help, unit }: Family, format: PageFormat): string {
  const isOpen = format === 'openmetrics';
  const family = isOpen ? name.replace(ENDINGS[type], '') : name;
  const word = UNITS[unit];
  const hasUnit = isOpen && word !== undefined && family.endsWith(`_${word}`);
  const unitLine = hasUnit ? `# UNIT ${family} ${word}\n` : '';
  const shownType = type === 'info' && !isOpen ? 'gauge' : type;
  return `# HELP ${family} ${escapedHelp(help || 'description missing')}\n# TYPE ${family} ${shownType}\n${unitLine}`;
}

const ENDINGS: Readonly<Record<Family['type'], RegExp>> = {
  counter: /_total$/,
  info: /_info$/,
  gauge: /(?!)/,
  histogram: /(?!)/,
};

/** A number as both formats write it. */
export function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}
