import { capped, type Dimension, gauge, histogram, type Metric } from '../metric.ts';
import { type Topic, topic } from '../topic.ts';

type Plain<Kind extends 'gauge' | 'histogram'> = Metric<readonly [], Kind>;

/** What is known of the process. The names are those that dashboards for Node.js know. */
export const PROCESS: {
  readonly delay: Plain<'histogram'>;
  readonly heapUsed: Plain<'gauge'>;
  readonly heapTotal: Plain<'gauge'>;
  readonly resident: Plain<'gauge'>;
  readonly build: Metric<readonly [Dimension], 'gauge'>;
} = {
  delay: histogram([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])(
    'nodejs_eventloop_delay_seconds',
    's',
    'How late timers ran, because the event loop was busy.',
  ),
  heapUsed: gauge('nodejs_heap_size_used_bytes', 'By', 'Memory that objects take on the heap.'),
  heapTotal: gauge('nodejs_heap_size_total_bytes', 'By', 'Memory that the heap takes.'),
  resident: gauge('process_resident_memory_bytes', 'By', 'Memory that the process takes.'),
  build: gauge('tta_build_info', '', 'The version of tta-observability-integration; always 1.', capped('version')),
};

/** What telemetry says of its process. */
export const processTopic: Topic<never> = topic({ metrics: PROCESS });
