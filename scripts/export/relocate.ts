import { posix } from 'node:path';

/** Where the exported package lies in this project. */
export const PACKAGE_FOLDER = 'packages/observability';

/** Where an export keeps the tests that it runs in its new place. */
const TEST_FOLDER = 'test';

const PLACES: readonly (readonly [from: string, to: string])[] = [
  [`${PACKAGE_FOLDER}/src`, 'src'],
  [`${PACKAGE_FOLDER}/acceptance`, TEST_FOLDER],
  [`${PACKAGE_FOLDER}/README.md`, 'README.md'],
  [`${PACKAGE_FOLDER}/CHANGELOG.md`, 'CHANGELOG.md'],
  ...['docs', 'examples', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE'].map((path) => [path, path] as const),
];

/** Tests of the sources and what they stand on: they need the whole project around them. */
const STAYS = /^packages\/observability\/src\/.*(\.test\.ts|\.test-d\.ts|\/__fixtures__\/.*|\/vectors\/.*)$/;

/** Where a file or folder of this project goes in an export; undefined if it stays here. */
export function exportedPath(path: string): string | undefined {
  if (STAYS.test(path)) return undefined;
  const place = PLACES.find(([from]) => path === from || path.startsWith(`${from}/`));
  return place && `${place[1]}${path.slice(place[0].length)}`;
}

const LINK = /(?<image>!?)\[(?<label>(?:[^[\]]|\[[^\]]*\])*)\]\((?<target>[^)\s#]*)(?<anchor>#[^)\s]*)?\)/g;

/**
 * A page with links that lead to the same files in an export. A link to what stays here becomes its label.
 *
 * @param page - the path of the page in this project
 * @param exported - the paths in this project of all files that are exported
 */
export function relocateLinks(page: string, markdown: string, exported: ReadonlySet<string>): string {
  const here = posix.dirname(exportedPath(page) ?? page);
  return markdown.replaceAll(LINK, (link: string, image: string, label: string, target: string, anchor = '') => {
    if (target === '' || /^[a-z]+:/.test(target)) return link;
    const linked = posix.join(posix.dirname(page), target).replace(/\/$/, '');
    const place = isExported(linked, exported) ? exportedPath(linked) : undefined;
    if (place === undefined) return image === '' ? label : '';
    return `${image}[${label}](${posix.relative(here, place)}${anchor})`;
  });
}

/** Whether a path is an exported file, or a folder with one. */
function isExported(path: string, exported: ReadonlySet<string>): boolean {
  return exported.has(path) || [...exported].some((file) => file.startsWith(`${path}/`));
}
