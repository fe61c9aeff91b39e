import { Command } from 'commander';
import { type Io, type Style, stylesFor, writeLine } from '../output/io.ts';
import type { Finding } from './finding.ts';

const LOOKS: Readonly<Record<Finding['state'], Style>> = {
  ok: 'dim',
  warning: 'yellow',
  failed: 'red',
  skipped: 'dim',
};

/** The command `tta doctor`; `onExit` gets the exit code. */
export function doctorCommand(io: Io, onExit: (code: number) => void): Command {
  return new Command('doctor')
    .description(
      'check Node.js, packages, keys, Redis, ports, OTLP and the clock, and say how to fix problems; exits with 1 if there are any',
    )
    .option('--json', 'print the findings as one JSON object')
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const { examine } = await import('./examine.ts');
      const findings = await examine(io.env);
      if (json) writeLine(io.stdout, JSON.stringify({ findings }));
      else for (const line of linesOf(findings, io)) writeLine(io.stdout, line);
      onExit(findings.some(({ state }) => state === 'failed') ? 1 : 0);
    });
}

function linesOf(findings: readonly Finding[], io: Io): readonly string[] {
  const paint = stylesFor(io.stdout);
  return findings.flatMap(({ what, state, text, mend }) => {
    const line = `${paint(LOOKS[state], state.padEnd(8))} ${what.padEnd(14)} ${text}`;
    return mend === undefined ? [line] : [line, `${' '.repeat(24)}${mend}`];
  });
}
