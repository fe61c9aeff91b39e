import type { Attributes } from '@opentelemetry/api';
import type { PageFormat } from '../telemetry/page/page-format.ts';
import { type Page, writePage } from '../telemetry/page/write-page.ts';
import type { SeriesTable } from '../telemetry/series/series-table.ts';
import type { UserMeters } from './user-meters.ts';

/** The metrics as Prometheus reads them. */
export interface MetricsPage {
  /** @throws whatever the collection throws */
  write(format: PageFormat): Promise<Page>;
}

/** Makes a page of metrics. Readers that come while one is being written share it. */
export function metricsPage(resource: Attributes, table: SeriesTable, userMeters: UserMeters | undefined): MetricsPage {
  const writing = new Map<PageFormat, Promise<Page>>();
  const write = async (format: PageFormat): Promise<Page> => {
    try {
      return await writePage({ resource, table, collected: await userMeters?.collect() }, format);
    } finally {
      writing.delete(format);
    }
  };
  return {
    write(format) {
      const shared = writing.get(format) ?? write(format);
      writing.set(format, shared);
      return shared;
    },
  };
}
