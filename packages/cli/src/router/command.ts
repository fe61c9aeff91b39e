import { Command } from 'commander';
import { fileArgument, namesArgument, seedArgument } from '../demo/options.ts';
import type { Io } from '../output/io.ts';
import { hashBitsArgument, type TrainOptions } from './options.ts';

/** The commands `tta router ...`; `onExit` is told the exit code. */
export function routerCommand(io: Io, _onExit: (code: number) => void): Command {
  return new Command('router')
    .description('learn from graded answers which model is good enough, and say what routing saves')
    .addCommand(trainCommand(io));
}

function trainCommand(io: Io): Command {
  return new Command('train')
    .description('learn from routing logs how likely each model answers well')
    .argument(
      '<files...>',
      'JSON lines of RoutingLogPrimitive, or of { id, prompt, in_tok, m: { model: { q, out_tok } } }',
    )
    .requiredOption('--out <file>', 'write the weights to this file', fileArgument)
    .option('--models <names>', 'learn these models only (default: all that are graded)', namesArgument)
    .option(
      '--hash-bits <n>',
      'hash words into 2^n slots (default: 18, or what the log and 5 MB allow)',
      hashBitsArgument,
    )
    .option(
      '--split <marks>',
      'take rows whose "split" is one of these (default: train, where rows are marked)',
      namesArgument,
    )
    .option('--seed <n>', 'begin the random choices here', seedArgument, 1)
    .option('--json', 'print the report as one JSON object')
    .action(async (files: readonly string[], options: TrainOptions) => {
      const { runTrain } = await import('./train.ts');
      await runTrain(files, options, io);
    });
}
