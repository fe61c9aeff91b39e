import { Command } from 'commander';
import { fileArgument, namesArgument, seedArgument } from '../arguments.ts';
import { type Io, writeLine } from '../output/io.ts';
import { costArgument } from './max-cheap-cost.ts';
import {
  type CalibrateOptions,
  type CertifyOptions,
  hashBitsArgument,
  type PairOptions,
  type ReportOptions,
  type TrainOptions,
  targetArgument,
} from './options.ts';

const LOGS = 'JSON lines of RoutingLogPrimitive, or of { id, prompt, in_tok, m: { model: { q, out_tok } } }';
const PRICES = 'JSON of { model: { inputPerMillionUsd, outputPerMillionUsd } } or { model: { perCallUsd } }';
const SPLIT = 'take rows whose "split" is one of these (default: train, where rows are marked)';
const HASH_BITS = 'hash words into 2^n slots (default: 18, or what the log and 5 MB allow)';
const MAX_CHEAP_COST = 'the most that the cheap calls of one request can cost (default: twice the largest in the rows)';
const SEED = 'seed of the random choices';
const JSON_REPORT = 'print the report as one JSON object';

/** The commands `tta router ...`; `onExit` gets the exit code. */
export function routerCommand(io: Io, onExit: (code: number) => void): Command {
  return new Command('router')
    .description('learn from graded answers which model is good enough, and report what routing saves')
    .addCommand(certifyCommand(io, onExit))
    .addCommand(trainCommand(io))
    .addCommand(calibrateCommand(io, onExit))
    .addCommand(evalCommand(io))
    .addCommand(reportCommand(io));
}

function certifyCommand(io: Io, onExit: (code: number) => void): Command {
  return new Command('certify')
    .description(
      'learn when the answer of a cheap model is good enough, show that quality is kept and money saved, and write a cascade; exits with 1 if the rows do not show both',
    )
    .argument('<files...>', LOGS)
    .requiredOption('--cheap <model>', 'the model that is asked first')
    .requiredOption('--strong <model>', 'the model to ask when the cheap answer is not good enough')
    .option('--second <model>', 'another cheap model, whose answer is compared with the cheap one')
    .requiredOption('--out <file>', 'write the cascade to this file', fileArgument)
    .option('--target <share>', 'the share of the quality of --strong to keep', targetArgument, 0.98)
    .option('--force', 'write the file even if the rows do not show the promise; certifiedCascade refuses it')
    .option('--prices <file>', PRICES, fileArgument)
    .option('--max-cheap-cost <usd>', MAX_CHEAP_COST, costArgument)
    .option('--hash-bits <n>', HASH_BITS, hashBitsArgument)
    .option('--split <marks>', SPLIT, namesArgument)
    .option('--seed <n>', SEED, seedArgument, 1)
    .option('--json', JSON_REPORT)
    .action(async (files: readonly string[], options: CertifyOptions) => {
      const modules = [import('./certify.ts'), import('./certify-lines.ts')] as const;
      const [{ runCertify }, { certifyLines }] = await Promise.all(modules);
      const report = await runCertify(files, options, io);
      print(report, options, certifyLines, io);
      onExit(report.isWritten ? 0 : 1);
    });
}

function trainCommand(io: Io): Command {
  return new Command('train')
    .description('learn from routing logs how likely each model is to answer well')
    .argument('<files...>', LOGS)
    .requiredOption('--out <file>', 'write the weights to this file', fileArgument)
    .option('--verifier', 'also learn to judge answers of --cheap, from rows that contain their texts')
    .option('--cheap <model>', 'with --verifier, the model whose answers are judged')
    .option('--strong <model>', 'with --verifier, the model to ask when an answer is not good enough')
    .option('--models <names>', 'learn these models only (default: all that are graded)', namesArgument)
    .option('--hash-bits <n>', HASH_BITS, hashBitsArgument)
    .option('--split <marks>', SPLIT, namesArgument)
    .option('--seed <n>', SEED, seedArgument, 1)
    .option('--json', JSON_REPORT)
    .action(async (files: readonly string[], options: TrainOptions) => {
      const [{ runTrain }, { trainLines }] = await Promise.all([import('./train.ts'), import('./train-lines.ts')]);
      print(await runTrain(files, options, io), options, trainLines, io);
    });
}

function calibrateCommand(io: Io, onExit: (code: number) => void): Command {
  return new Command('calibrate')
    .description(
      'choose a threshold that keeps a share of the quality and saves money; exits with 1 if the rows do not show one',
    )
    .argument('<files...>', LOGS)
    .requiredOption('--weights <file>', 'weights from `tta router train`', fileArgument)
    .option('--verifier', 'calibrate how far an answer must be trusted, in weights from `train --verifier`')
    .option('--cheap <model>', 'the model to use when it is good enough (default: as calibrated, or of the verifier)')
    .option('--strong <model>', 'the model whose quality to keep (default: as calibrated, or of the verifier)')
    .option('--target <share>', 'the share of its quality to keep', targetArgument, 0.98)
    .option('--out <file>', 'write the calibrated weights to this file (default: the file of --weights)', fileArgument)
    .option('--force', 'write the weights even if the rows do not show the promise; routers refuse them')
    .option('--prices <file>', PRICES, fileArgument)
    .option('--max-cheap-cost <usd>', MAX_CHEAP_COST, costArgument)
    .option('--split <marks>', SPLIT, namesArgument)
    .option('--seed <n>', SEED, seedArgument, 1)
    .option('--json', JSON_REPORT)
    .action(async (files: readonly string[], options: CalibrateOptions) => {
      const modules = [import('./calibrate.ts'), import('./calibrate-lines.ts')] as const;
      const [{ runCalibrate }, { calibrateLines }] = await Promise.all(modules);
      const report = await runCalibrate(files, options, io);
      print(report, options, calibrateLines, io);
      onExit(report.isWritten ? 0 : 1);
    });
}

function evalCommand(io: Io): Command {
  return new Command('eval')
    .description(
      'evaluate weights on unseen rows, and compare them with length, rules, chance, the best static choice and an oracle',
    )
    .argument('<files...>', LOGS)
    .requiredOption('--weights <file>', 'weights from `tta router train`, calibrated or not', fileArgument)
    .option('--verifier', 'evaluate the verifier in the weights, as a cascade that pays for every cheap call')
    .option('--cheap <model>', 'the cheap model (default: as calibrated, or of the verifier)')
    .option('--strong <model>', 'the strong model (default: as calibrated, or of the verifier)')
    .option('--target <share>', 'the share of quality to keep (default: as calibrated, else 0.98)', targetArgument)
    .option('--prices <file>', PRICES, fileArgument)
    .option(
      '--split <marks>',
      'take rows whose "split" is one of these (default: all but train, where rows are marked)',
      namesArgument,
    )
    .option('--seed <n>', SEED, seedArgument, 1)
    .option('--json', JSON_REPORT)
    .action(async (files: readonly string[], options: PairOptions) => {
      const [{ runEval }, { evalLines }] = await Promise.all([import('./eval.ts'), import('./eval-lines.ts')]);
      print(await runEval(files, options, io), options, evalLines, io);
    });
}

function reportCommand(io: Io): Command {
  return new Command('report')
    .description(
      'report from production logs what each model did, what routing saved, and whether prompts have changed',
    )
    .argument('<files...>', LOGS)
    .option('--baseline <model>', 'compare the cost with that of this model answering everything')
    .option('--weights <file>', 'compare scores with those in these weights', fileArgument)
    .option('--prices <file>', PRICES, fileArgument)
    .option('--seed <n>', SEED, seedArgument, 1)
    .option('--json', JSON_REPORT)
    .action(async (files: readonly string[], options: ReportOptions) => {
      const [{ runReport }, { reportLines }] = await Promise.all([import('./report.ts'), import('./report-lines.ts')]);
      print(await runReport(files, options, io), options, reportLines, io);
    });
}

/** Prints a report as the lines for a person, or with `--json` as one object. */
function print<Report>(
  report: Report,
  { json = false }: { readonly json?: boolean | undefined },
  linesOf: (report: Report, io: Io) => readonly string[],
  io: Io,
): void {
  for (const line of json ? [JSON.stringify(report)] : linesOf(report, io)) writeLine(io.stdout, line);
}
