import type { Import } from './imports.ts';

/**
 * Which rooms each room may import. A file belongs to the first row that its path below `packages`, without `src`, begins with; a `*` is
 * one folder, so that each primitive is a room of its own.
 */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  primitives: [],
  'observability/llm': ['primitives'],
  'observability/learning': ['primitives'],
  'observability/optional-peer.ts': [],
  'observability/store': ['primitives', 'observability/optional-peer.ts'],
  'observability/limits': ['primitives', 'observability/llm', 'observability/store'],
  'observability/telemetry': ['primitives', 'OpenTelemetry'],
  'observability/apm': ['primitives', 'observability/optional-peer.ts', 'observability/telemetry', 'OpenTelemetry'],
  'observability/primitives/index.ts': [
    ...['observability/llm', 'observability/limits', 'observability/store'],
    ...['observability/primitives', 'observability/primitives/*'],
  ],
  'observability/primitives/*': [
    ...['primitives', 'observability/llm', 'observability/learning', 'observability/limits'],
    ...['observability/store', 'observability/primitives'],
  ],
  'observability/primitives': ['primitives', 'observability/llm'],
  'observability/adapters': ['primitives', 'observability/llm', 'observability/primitives/index.ts'],
  observability: ['primitives', 'observability/apm', 'observability/telemetry'],
  evaluation: ['primitives', 'observability'],
  conformance: ['primitives', 'observability'],
  'dashboard/wire': [],
  dashboard: ['primitives', 'observability', 'evaluation', 'dashboard/wire'],
  cli: ['primitives', 'observability', 'evaluation', 'dashboard', 'OpenTelemetry'],
};

const PACKAGES: Readonly<Record<string, string>> = {
  'tta-dev-primitives': 'primitives',
  'tta-observability-integration': 'observability',
  'tta-evaluation': 'evaluation',
  'tta-conformance': 'conformance',
  'tta-dashboard': 'dashboard',
  'tta-cli': 'cli',
  '@opentelemetry': 'OpenTelemetry',
};

interface Room {
  /** Its row in the table. */
  readonly row: string;
  readonly name: string;
}

/** Imports against the arrows, between packages and between the folders of one. */
export function wrongArrows(imports: readonly Import[]): string[] {
  return imports.flatMap((one) => {
    const problem = isFactOfTopic(one) ? undefined : problemOf(one);
    return problem === undefined ? [] : [`${one.from}:${one.line}: ${problem}`];
  });
}

/** A topic reads the facts of its primitive. */
function isFactOfTopic({ from, target }: Import): boolean {
  return from.startsWith('packages/observability/src/telemetry/topics/') && target.endsWith('/facts.ts');
}

function problemOf({ from, target }: Import): string | undefined {
  const own = roomOf(from);
  const isFile = target.startsWith('packages/');
  const named = PACKAGES[target.split('/', 1)[0] as string];
  const other = isFile ? roomOf(target) : named === undefined ? undefined : { row: named, name: named };
  if (own === undefined || other === undefined) return undefined;
  const isOwnPackage = packageOf(own) === packageOf(other);
  if (isFile && !isOwnPackage)
    return `imports a file of the package ${packageOf(other)}, which must be imported by its name`;
  if (!isFile && isOwnPackage) return `imports its own package by its name; it must import the file`;
  const allowed = ARROWS[own.row] ?? [];
  if (other.name === own.name || allowed.includes(other.row)) return undefined;
  return `${own.name} must not import ${other.name}; it may import ${allowed.join(', ') || 'no other room'}`;
}

function packageOf({ name }: Room): string {
  return name.split('/', 1)[0] as string;
}

function roomOf(path: string): Room | undefined {
  const place = path.replace(/^packages\/([^/]+)\/src\//, '$1/');
  for (const row of Object.keys(ARROWS)) {
    const [name] = new RegExp(`^${row.replace('*', '[^/.]+(?=/)')}(?=/|$)`).exec(place) ?? [];
    if (name !== undefined) return { row, name };
  }
  return undefined;
}
