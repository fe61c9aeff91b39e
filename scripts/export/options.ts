import { parseArgs } from 'node:util';
import { ExportRefusal } from './refusal.ts';

export interface ExportOptions {
  /** The workspace that the package is copied into. */
  readonly to: string | undefined;
  readonly isDryRun: boolean;
  readonly isJson: boolean;
}

export const HELP = `Usage: npm run export -- [--to DIR] [--dry-run] [--json]

Packs every package into export/tta-observability-integration, proves the tarballs in an empty project, and writes
a manifest with digests, the licences of all dependencies and a CycloneDX bill of materials.

  --to DIR    also copy the package into DIR, an npm, pnpm or yarn workspace, after its tests have passed there;
              the environment variable TTA_DEV_REPO does the same
  --dry-run   check everything that could be refused, say what would be done, and write nothing
  --json      print the result as one JSON object; progress goes to standard error
  --help      print this text

Exit code 0: done. 1: a step failed. 2: refused before any work. 129, 130 or 143: interrupted.
The target is as it was unless the export succeeds.
`;

/**
 * Reads the arguments of the command.
 *
 * @returns undefined if help is asked for
 * @throws ExportRefusal if an argument is not known
 */
export function exportOptions(args: readonly string[], environment: NodeJS.ProcessEnv): ExportOptions | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        to: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return undefined;
    if (values.to === '') throw new Error('--to is empty; it takes the folder of a workspace');
    const to = values.to ?? (environment['TTA_DEV_REPO'] || undefined);
    return { to, isDryRun: values['dry-run'], isJson: values.json };
  } catch (error) {
    throw new ExportRefusal(`${(error as Error).message}. See npm run export -- --help.`);
  }
}
