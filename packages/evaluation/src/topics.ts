import type { Topic } from 'tta-observability-integration/telemetry';
import { cacheAdvisorTopic } from './cache-advisor/topic.ts';
import { routingLogTopic } from './routing-log/topic.ts';
import { scoreDriftTopic } from './score-drift/topic.ts';
import { semanticShadowTopic } from './semantic-shadow/topic.ts';
import { shadowTopic } from './shadow/topic.ts';

/** Every topic of this package. Each primitive registers its own. */
export const EVALUATION_TOPICS: readonly Topic[] = [
  cacheAdvisorTopic,
  routingLogTopic,
  scoreDriftTopic,
  semanticShadowTopic,
  shadowTopic,
];
