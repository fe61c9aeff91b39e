import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { redisProgram } from './services/redis.ts';

const SOAK = new URL('../benchmarks/soak/main.ts', import.meta.url).pathname;

describe.skipIf(redisProgram() === undefined)('npm run soak', () => {
  it('adds up to the last call and the last cent while Redis is killed and stopped', async () => {
    const parameters = ['--expose-gc', '--conditions=tta-source', SOAK, '--minutes', '0.2'];
    const { stdout } = await promisify(execFile)(process.execPath, parameters);
    expect(stdout).toMatch(/^ok {3}executions: [1-9]/);
    expect(stdout).not.toContain('FAIL');
  });
});
