import { Command, Option } from 'commander';
import { fileArgument } from '../arguments.ts';
import { type Io, stylesFor, writeLine } from '../output/io.ts';

/** What `tta report` may be told. */
interface ReportOptions {
  readonly json?: boolean | undefined;
  readonly markdown?: boolean | undefined;
  readonly html?: string | undefined;
}

const EXAMPLES = `
Examples:
  $ tta report ledger.jsonl
  $ tta report ledger.jsonl --html report.html
  $ tta report ledger.db --markdown >> report.md`;

/** The command `tta report`. */
export function reportCommand(io: Io): Command {
  return new Command('report')
    .description('report from ledgers what requests cost, what was saved and wasted, and whether the saving is real')
    .argument(
      '<files...>',
      'files from jsonLinesSink or sqliteSink; full files that were rotated beside them are read too',
    )
    .addOption(new Option('--json', 'print the report as one JSON object').conflicts('markdown'))
    .option('--markdown', 'print the report as markdown')
    .option('--html <file>', 'write the report with plots to this file, as a self-contained page', fileArgument)
    .addHelpText('after', EXAMPLES)
    .action(async (files: readonly string[], { json, markdown, html }: ReportOptions) => {
      const modules = [import('./ledger-report.ts'), import('./text.ts')] as const;
      const [{ readLedgers }, { markdownLines, reportLines }] = await Promise.all(modules);
      const report = await readLedgers(files);
      if (html !== undefined) {
        const { writeHtml } = await import('./html.ts');
        await writeHtml(html, report);
        writeLine(io.stderr, `wrote ${html}`);
      }
      if (report.skipped > 0) {
        writeLine(
          io.stderr,
          `tta: skipped ${report.skipped} of ${report.skipped + report.entries} lines, which are no entries of a ledger`,
        );
      }
      const lines = json
        ? [JSON.stringify(report)]
        : markdown
          ? markdownLines(report)
          : reportLines(report, stylesFor(io.stdout));
      for (const line of lines) writeLine(io.stdout, line);
    });
}
