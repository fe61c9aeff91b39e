import { describe, expect, it } from 'vitest';
import { runToEnd } from './command.ts';
import { redisProgram } from './services/redis.ts';

const SOAK = new URL('../benchmarks/soak/main.ts', import.meta.url).pathname;

describe.skipIf(redisProgram() === undefined)('npm run soak', () => {
  it('adds up to the last call and the last cent while Redis is killed and stopped', async () => {
    const parameters = ['--expose-gc', '--conditions=tta-source', SOAK, '--minutes', '0.2'];
    const { stdout, stderr, exitCode } = await runToEnd(process.execPath, parameters, { cwd: import.meta.dirname });
    expect(stderr).toBe('');
    expect(stdout.split('\n').filter((line) => line.startsWith('FAIL'))).toEqual([]);
    expect(stdout).toMatch(/^ok {3}executions: [1-9]/);
    expect(exitCode).toBe(0);
  });
});
