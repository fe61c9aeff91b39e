// Checks the links of the pages, and compiles their code: run by `npm run check:docs`.
import { codeFindings } from './docs/code.ts';
import { linkFindings } from './docs/links.ts';
import { filesOf } from './workspace.ts';

const pages = await filesOf(['*.md', 'docs/**/*.md', 'packages/*/README.md', '.changeset/*.md']);
const findings = [...(await linkFindings(pages)), ...(await codeFindings(pages))];

for (const finding of findings) console.error(finding);
if (findings.length > 0) process.exitCode = 1;
else console.log(`The links and the code of ${pages.length} pages are right.`);
