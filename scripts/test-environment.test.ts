import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { settleEnvironment } from './test-environment.ts';

it('removes what programs read, and keeps the rest', () => {
  const kept = { HOME: tmpdir(), PATH: '/bin', TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8', REQUIRE_SERVICES: '1' };
  const env: NodeJS.ProcessEnv = {
    ...kept,
    ...{ OTEL_SDK_DISABLED: 'true', TTA_OBSERVABILITY_ENABLED: 'false', REDIS_URL: 'redis://:secret@127.0.0.1:1/5' },
    ...{ OPENAI_BASE_URL: 'http://127.0.0.1:9', NODE_ENV: 'production' },
  };
  settleEnvironment(env);
  expect(env).toEqual({ ...kept, NODE_ENV: 'test', NODE_COMPILE_CACHE: expect.stringContaining('node_modules') });
});

it.each([undefined, '/dev/null/home'])('replaces a home that cannot be written to: %s', (home) => {
  const env: NodeJS.ProcessEnv = { HOME: home };
  settleEnvironment(env);
  expect(existsSync(env['HOME'] ?? '')).toBe(true);
  expect(env['npm_config_cache']).toMatch(`${env['HOME']}/`);
});
