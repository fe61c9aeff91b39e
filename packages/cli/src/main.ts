#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { EXIT_CODES, runCli } from './cli.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(EXIT_CODES.interrupted); // a second interruption ends the process at once
    interruption.abort(new Error(`stopped by ${signal}`));
  });
}

const { stdout, stderr, env, argv } = process;
stderr.on('error', () => process.exit(EXIT_CODES.failed)); // the reader has gone
stdout.on('error', ({ code = 'unknown error' }: NodeJS.ErrnoException) => {
  if (code !== 'EPIPE') stderr.write(`tta: stdout cannot be written to (${code})\n`); // a reader who has left knows
  process.exit(EXIT_CODES.failed);
});
process.exitCode = await runCli(argv.slice(2), version, { stdout, stderr, env, interrupted: interruption.signal });
