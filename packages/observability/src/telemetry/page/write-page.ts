import type { Attributes } from '@opentelemetry/api';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { printedName, printedNames } from '../metric.ts';
import type { SeriesTable } from '../series/series-table.ts';
import { collectedLines } from './collected-lines.ts';
import { headOf } from './family.ts';
import { attributeTextOf } from './label-text.ts';
import type { PageFormat } from './page-format.ts';
import { readingLines } from './reading-lines.ts';
import { writtenInSlices } from './slices.ts';

/** What a page shows. */
export interface PageContent {
  /** What all metrics belong to; printed as `target_info`. */
  readonly resource: Attributes;
  readonly table: SeriesTable;
  /** What the instruments of users have counted, if there are any. */
  readonly collected?: Pick<ResourceMetrics, 'scopeMetrics'> | undefined;
}

/** The bytes of a page, in pieces that follow each other. */
export type Page = readonly Buffer[];

/** Writes a page of metrics, in slices that hold the event loop for about half a millisecond each. */
export function writePage(content: PageContent, format: PageFormat): Promise<Page> {
  return writtenInSlices(linesOf(content, format));
}

/** A page as one text. */
export function pageText(page: Page): string {
  return String(Buffer.concat(page));
}

const TARGET = { name: 'target_info', type: 'info', help: 'Target metadata', unit: '' } as const;

function* linesOf({ resource, table, collected }: PageContent, format: PageFormat): Generator<string, void> {
  yield `${headOf(TARGET, format)}target_info{${attributeTextOf(resource)}} 1\n`;
  const taken = new Set<string>(['target_info']);
  for (const readings of table.read()) {
    for (const reading of readings) {
      for (const name of [printedName(reading.metric), ...printedNames(reading.metric)]) taken.add(name);
      yield* readingLines(reading, format);
    }
  }
  if (collected !== undefined) yield* collectedLines(collected, taken, format);
  if (format === 'openmetrics') yield '# EOF\n';
}
