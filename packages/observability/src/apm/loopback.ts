import { isIPv4 } from 'node:net';

/** Whether an address, or a name, is always this machine. An IPv6 address may be in brackets. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (['localhost', '::1', '[::1]'].includes(name) || name.endsWith('.localhost')) return true;
  return isIPv4(name) && name.startsWith('127.');
}
