import { randomUUID } from 'node:crypto';
import { arch, hostname } from 'node:os';
import type { Attributes } from '@opentelemetry/api';
import type { ObservabilityConfig } from './config.ts';
import type { ResourcesSdk } from './sdk.ts';

export type Resource = ReturnType<ResourcesSdk['emptyResource']>;

/** The attributes as the SDK takes them, beside what the SDK says of itself. */
export function resourceOf(resources: ResourcesSdk, attributes: Attributes): Resource {
  return resources.defaultResource().merge(resources.resourceFromAttributes(attributes));
}

/**
 * What all telemetry of this process belongs to.
 *
 * The command line is left out, unlike in OpenTelemetry's own detector: it may hold secrets and prompts.
 */
export function resourceAttributesOf({ service, environment, resource }: ObservabilityConfig): Attributes {
  return {
    'service.instance.id': randomUUID(),
    'host.name': hostname(),
    'host.arch': arch(),
    'process.pid': process.pid,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
    'deployment.environment.name': environment,
    ...resource,
    'service.name': service.name,
    ...(service.version === undefined ? {} : { 'service.version': service.version }),
  };
}
