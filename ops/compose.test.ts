import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Service {
  readonly image: string;
  readonly command?: string | readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const read = <Content>(file: string): Content =>
  parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as Content;
const { services, volumes } = read<{ services: Record<string, Service>; volumes: Record<string, null> }>(
  'compose.yaml',
);
const names = Object.keys(services);

/** Every `http://name:port`, `name:port` of a text that could be another service. */
const hostsIn = (text: string): readonly string[] =>
  [...text.matchAll(/(?:\/\/|\s|['"])([a-z]+):(\d{4})\b/g)].map(([, host]) => host as string);

/** No container is started here: this reads the files as an engine would. */
describe('ops/compose.yaml', () => {
  it.each(Object.entries(services))('mounts for %s only what there is', (_name, { volumes: mounts = [] }) => {
    for (const mount of mounts) {
      const [source = ''] = mount.split(':');
      if (source.startsWith('.')) expect(existsSync(join(import.meta.dirname, source)), source).toBe(true);
      else expect(Object.keys(volumes)).toContain(source);
    }
  });

  it.each(Object.entries(services))(
    'gives %s a fixed version, and opens its ports on loopback only',
    (_name, service) => {
      expect(service.image).toMatch(/:v?\d+(\.\d+)*(-\w+)?$/);
      for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
      for (const needed of service.depends_on ?? []) expect(names).toContain(needed);
    },
  );

  it.each(Object.entries(services))(
    'gives %s a configuration that is mounted where it looks for it',
    (_name, service) => {
      const command = [service.command ?? []].flat().join(' ');
      const targets = (service.volumes ?? []).map((mount) => mount.split(':')[1] as string);
      for (const [, path = ''] of command.matchAll(/config(?:\.file)?=(\S+)/g)) {
        expect(
          targets.some((target) => path === target || path.startsWith(`${target}/`)),
          path,
        ).toBe(true);
      }
    },
  );

  it.each([
    'compose.yaml',
    'collector.yaml',
    'prometheus/prometheus.yaml',
    'provisioning/datasources/datasources.yaml',
  ])('names in %s no host that is not a service', (file) => {
    const hosts = hostsIn(readFileSync(join(import.meta.dirname, file), 'utf8'));
    expect(hosts.length).toBeGreaterThan(0);
    expect(hosts.filter((host) => !names.includes(host))).toEqual([]);
  });
});

interface Collector {
  readonly receivers: object;
  readonly processors: { readonly tail_sampling: { readonly policies: readonly { readonly type: string }[] } };
  readonly exporters: object;
  readonly service: {
    readonly pipelines: Readonly<Record<string, Record<'receivers' | 'processors' | 'exporters', readonly string[]>>>;
  };
}

describe('ops/collector.yaml', () => {
  const collector = read<Collector>('collector.yaml');

  it('names in its pipelines only what it defines', () => {
    for (const pipeline of Object.values(collector.service.pipelines)) {
      for (const part of ['receivers', 'processors', 'exporters'] as const) {
        expect(Object.keys(collector[part])).toEqual(expect.arrayContaining([...pipeline[part]]));
      }
    }
  });

  it('keeps traces with an error, and limits its memory before anything else', () => {
    expect(collector.processors.tail_sampling.policies.map(({ type }) => type)).toContain('status_code');
    expect(collector.service.pipelines['traces']?.processors[0]).toBe('memory_limiter');
  });
});
