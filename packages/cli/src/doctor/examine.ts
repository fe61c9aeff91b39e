import type { Env, Finding } from './finding.ts';
import { clockFinding, keyFindings, nodeFinding } from './host.ts';
import { otlpFinding, portFinding } from './network.ts';
import { packageFindings } from './packages.ts';
import { redisFinding } from './redis.ts';

/** Looks at everything that the packages need or can use. Never throws; waits two seconds at most for each thing outside. */
export async function examine(env: Env): Promise<readonly Finding[]> {
  return [
    nodeFinding(process.versions.node),
    ...(await packageFindings(process.cwd())),
    ...keyFindings(env),
    await redisFinding(env),
    await portFinding(env),
    await otlpFinding(env),
    clockFinding(Date.now()),
  ];
}
