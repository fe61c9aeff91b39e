import type { KeyObject } from 'node:crypto';
import { digestOf } from '../key/digest.ts';

const TAG = 'tag:';

/** Where the generation of a tag is kept: `{prefix}tag:{digest of the tag}`. The tag itself may name a user or a document. */
function tagKey(prefix: string, tag: string, secret: KeyObject | undefined): string {
  return `${prefix}${TAG}${digestOf(tag, secret).slice(0, 22)}`;
}

/** Where the generations of tags are kept, each once, in the same order whatever theirs was. */
export function tagKeysOf(prefix: string, tags: readonly string[], secret: KeyObject | undefined): readonly string[] {
  return [...new Set(tags.map((tag) => tagKey(prefix, tag, secret)))].sort();
}
