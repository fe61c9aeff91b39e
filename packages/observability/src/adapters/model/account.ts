import { createHash, randomUUID } from 'node:crypto';

/** What stands for the account of an object that does not show it. */
const unknown = new WeakMap<object, string>();

/** A word for an account that cannot be seen: the object then shares stored answers with no other. */
export function ownAccount(of: object): string {
  const account = unknown.get(of) ?? randomUUID();
  unknown.set(of, account);
  return account;
}

/** A digest of what identifies accounts, in place of their keys. */
export function accountDigest(accounts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(accounts)).digest('base64url');
}
