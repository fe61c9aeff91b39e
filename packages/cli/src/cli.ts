import { Command, CommanderError } from 'commander';
import { dashboardCommand } from './dashboard/command.ts';
import { demoCommand } from './demo/command.ts';
import { doctorCommand } from './doctor/command.ts';
import { helpCommand } from './help.ts';
import { maturityCommand } from './maturity/command.ts';
import { type Io, writeLine } from './output/io.ts';
import { pricesCommand } from './prices/command.ts';
import { reportCommand } from './report/command.ts';
import { routerCommand } from './router/command.ts';
import { UsageError } from './usage-error.ts';

/** The words of the command line after the program's name, and what they lead to. */
export const EXIT_CODES = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/**
 * Runs the command `tta`. Never rejects and never prints a stack trace: whatever goes wrong is one sentence on `io.stderr`.
 *
 * @param args - the words after the program's name
 * @returns the exit code
 */
export async function runCli(args: readonly string[], version: string, io: Io): Promise<number> {
  let exitCode: number = EXIT_CODES.ok;
  const program = new Command('tta')
    .description('Makes LLM workflows cheaper, time-bounded and visible.')
    .version(version)
    .addCommand(demoCommand(io, (code) => (exitCode = code)))
    .addCommand(dashboardCommand(io))
    .addCommand(routerCommand(io, (code) => (exitCode = code)))
    .addCommand(reportCommand(io))
    .addCommand(pricesCommand(io, (code) => (exitCode = code)))
    .addCommand(maturityCommand(io, (code) => (exitCode = code)))
    .addCommand(doctorCommand(io, (code) => (exitCode = code)))
    .helpCommand(false);
  program.addCommand(helpCommand(program));
  speakThrough(program, io);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
    if (error instanceof UsageError) {
      writeLine(io.stderr, `tta: ${error.message}`);
      return EXIT_CODES.usage;
    }
    if (io.interrupted.aborted && error === io.interrupted.reason) {
      writeLine(io.stderr, `tta: ${error instanceof Error ? error.message : 'interrupted'}`);
      return EXIT_CODES.interrupted;
    }
    writeLine(io.stderr, `tta: the command failed (${error instanceof Error ? error.message : String(error)})`);
    return EXIT_CODES.failed;
  }
}

/** Has a command and those below it speak through `io` and throw where they would end the process. */
function speakThrough(command: Command, io: Io): void {
  const { stdout, stderr } = io;
  for (const below of command.commands) speakThrough(below, io);
  command.exitOverride().configureOutput({
    writeOut: (text) => stdout.write(text),
    writeErr: (text) => stderr.write(text),
    outputError: (text, write) => write(`tta: ${text.replace(/^error: /, '').replaceAll(/\n(?=.)/g, ' ')}`),
  });
}
