import { createHmac, type KeyObject } from 'node:crypto';
import type { WorkflowContext } from 'tta-dev-primitives';
import { ignoreRejection } from 'tta-dev-primitives/internal';
import type { ModelRequest } from './request-dialect.ts';

/**
 * Who shares stored answers:
 * - `tenant`: callers with the same `context.tenantId`. Without a tenant, callers with the same API key. Work without a tenant and a key
 * shares only with other such work.
 * - `user`: one `context.userId` of one tenant.
 * - `shared`: all callers. Only for answers without personal data.
 * - a function: callers for whom it returns the same string.
 */
export type CacheScope = 'tenant' | 'user' | 'shared' | ((context: WorkflowContext) => string);

/** The scope of an execution, such that scopes of different kinds never meet. */
export function scopeOf(
  scope: CacheScope,
  request: ModelRequest | undefined,
  context: WorkflowContext,
  secret: KeyObject | undefined,
): readonly unknown[] {
  if (typeof scope === 'function') return ['custom', nameFrom(scope(context))];
  if (scope === 'shared') return ['shared'];
  const tenant = context.tenantId === undefined ? withoutTenant(request, secret) : ['tenant', context.tenantId];
  if (scope === 'tenant') return tenant;
  return [...tenant, ...(context.userId === undefined ? ['no user'] : ['user', context.userId])];
}

function withoutTenant(request: ModelRequest | undefined, secret: KeyObject | undefined): readonly unknown[] {
  const callerKey = request?.requests.callerKey(request.fields);
  if (callerKey === undefined) return ['no tenant'];
  return [
    'caller',
    createHmac('sha256', secret ?? 'cache scope')
      .update(callerKey)
      .digest('base64url'),
  ];
}

function nameFrom(scope: unknown): string {
  if (typeof scope === 'string') return scope;
  ignoreRejection(scope);
  throw new TypeError(
    `CachePrimitive: scope must give a string, but it gave ${scope === null ? 'null' : typeof scope}`,
  );
}
