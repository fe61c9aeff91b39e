/** How a page is written: Prometheus's own text format, or OpenMetrics, which has exemplars. */
export type PageFormat = 'text' | 'openmetrics';

/** What a page says about itself. */
export const CONTENT_TYPES: Readonly<Record<PageFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};
