import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Finding } from './finding.ts';

/** One set of OpenTelemetry's packages: these belong together. */
const SDK = ['sdk-metrics', 'sdk-trace', 'resources', 'core', 'context-async-hooks'].map(
  (name) => `@opentelemetry/${name}`,
);
const EXPORTERS = ['exporter-trace-otlp-proto', 'exporter-metrics-otlp-proto'].map((name) => `@opentelemetry/${name}`);

const OPTIONAL = ['openai', '@anthropic-ai/sdk', '@google/genai', 'ai', '@langchain/core', '@redis/client'];

/** Which packages a program in this directory finds, and whether OpenTelemetry's are one set. */
export async function packageFindings(directory: string): Promise<readonly Finding[]> {
  const versions = await versionsOf(['@opentelemetry/api', ...SDK, ...EXPORTERS, ...OPTIONAL], directory);
  const optional = OPTIONAL.filter((name) => versions.has(name)).map((name) => `${name} ${versions.get(name)}`);
  return [
    telemetryFinding(versions),
    {
      what: 'SDKs',
      state: optional.length === 0 ? 'skipped' : 'ok',
      text: optional.length === 0 ? 'none is installed here' : optional.join(', '),
    },
  ];
}

function telemetryFinding(versions: ReadonlyMap<string, string>): Finding {
  const what = 'OpenTelemetry';
  const missing = ['@opentelemetry/api', ...SDK, ...EXPORTERS].filter((name) => !versions.has(name));
  if (missing.length === SDK.length + EXPORTERS.length + 1) {
    const mend = `For traces and metrics: npm install ${missing.join(' ')}`;
    return { what, state: 'skipped', text: 'not installed here; statistics are kept without it', mend };
  }
  if (missing.length > 0) {
    return { what, state: 'warning', text: `${missing.join(', ')} missing`, mend: `npm install ${missing.join(' ')}` };
  }
  for (const set of [SDK, EXPORTERS]) {
    const different = new Set(set.map((name) => versions.get(name)));
    if (different.size === 1) continue;
    const text = set.map((name) => `${name} ${versions.get(name)}`).join(', ');
    const mend = `These must have one version: npm install ${set.map((name) => `${name}@${newest(different)}`).join(' ')}`;
    return { what, state: 'failed', text: `not one set: ${text}`, mend };
  }
  return {
    what,
    state: 'ok',
    text: `SDK ${versions.get('@opentelemetry/sdk-trace')}, exporters ${versions.get('@opentelemetry/exporter-trace-otlp-proto')}`,
  };
}

function newest(versions: ReadonlySet<string | undefined>): string {
  return (
    [...versions]
      .filter((version) => version !== undefined)
      .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      .at(-1) ?? 'latest'
  );
}

async function versionsOf(names: readonly string[], directory: string): Promise<ReadonlyMap<string, string>> {
  const { resolve } = createRequire(join(directory, 'package.json'));
  const paths = (name: string): readonly string[] => resolve.paths(name) ?? [];
  const found = await Promise.all(names.map(async (name) => [name, await versionIn(paths(name), name)] as const));
  return new Map(found.flatMap(([name, version]) => (version === undefined ? [] : [[name, version] as const])));
}

/** The version in the first directory that has the package, whatever it exports. */
async function versionIn(directories: readonly string[], name: string): Promise<string | undefined> {
  for (const directory of directories) {
    try {
      const { version } = JSON.parse(await readFile(join(directory, name, 'package.json'), 'utf8')) as {
        version?: string;
      };
      if (version !== undefined) return version;
    } catch {
      // The next directory may have it.
    }
  }
  return undefined;
}
