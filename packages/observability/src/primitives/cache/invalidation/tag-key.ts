import { digestOf } from '../key/digest.ts';

const TAG = 'tag:';

/** Where the generation of a tag is kept: `{prefix}tag:{digest of the tag}`. The tag itself may name a user or a document. */
export function tagKey(prefix: string, tag: string): string {
  return `${prefix}${TAG}${digestOf(tag).slice(0, 22)}`;
}

/** Where the generations of the tags of a request are kept, each once, in the same order whatever theirs was. */
export function tagKeysOf(prefix: string, tags: readonly string[]): readonly string[] {
  return [...new Set(tags.map((tag) => tagKey(prefix, tag)))].sort();
}
