#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { EXIT_CODES, runCli } from './cli.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(EXIT_CODES.interrupted); // whoever asks twice does not want to wait
    interruption.abort(new Error(`stopped by ${signal}`));
  });
}

const { stdout, stderr, env, argv } = process;
for (const output of [stdout, stderr]) output.on('error', () => process.exit(EXIT_CODES.failed)); // nobody reads any more
process.exitCode = await runCli(argv.slice(2), version, { stdout, stderr, env, interrupted: interruption.signal });
