import { describe, expect, it } from 'vitest';
import { acceptsGzip, formatFor } from './accept.ts';

const PROMETHEUS_2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PROMETHEUS_3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';
const PROMETHEUS_3_TEXT =
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PROTOBUF =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1';

describe('the format of the page', () => {
  it.each([
    ['nothing', undefined, 'text'],
    ['an empty header', ' ', 'text'],
    ['anything', '*/*', 'text'],
    ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text'],
    ['any text', 'text/*', 'text'],
    ['Prometheus 2', PROMETHEUS_2, 'openmetrics'],
    ['Prometheus 3', PROMETHEUS_3, 'openmetrics'],
    ['Prometheus 3 that is set to the text format', PROMETHEUS_3_TEXT, 'text'],
    ['Prometheus that prefers protobuf', PROTOBUF, 'openmetrics'],
    ['an old Prometheus', 'application/openmetrics-text;version=0.0.1,text/plain;version=0.0.4;q=0.5', 'text'],
    ['OpenMetrics of any version', 'application/openmetrics-text', 'openmetrics'],
    ['big letters and spaces', 'Application/OpenMetrics-Text ; VERSION=1.0.0', 'openmetrics'],
    ['all but the text format', '*/*, text/plain;q=0', 'openmetrics'],
    ['a quality that is no number', 'application/openmetrics-text;q=high, text/plain', 'text'],
  ])('for %s', (_what, accept, format) => {
    expect(formatFor(accept)).toBe(format);
  });

  it.each(['application/json', 'text/plain;version=1.0.0', 'text/plain;q=0', 'image/*'])(
    'is undefined for %s',
    (accept) => {
      expect(formatFor(accept)).toBeUndefined();
    },
  );
});

it.each([
  [undefined, false],
  ['gzip', true],
  ['deflate, GZIP;q=0.5', true],
  ['br', false],
  ['*', true],
  ['gzip;q=0, *', false],
  ['identity', false],
])('takes %s for a reader who takes gzip: %s', (acceptEncoding, isTaken) => {
  expect(acceptsGzip(acceptEncoding)).toBe(isTaken);
});
