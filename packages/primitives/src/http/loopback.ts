import { isIPv4 } from 'node:net';

/** Whether an address, or a name, is always this machine. An IPv6 address may be in brackets. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (['localhost', '::1', '[::1]'].includes(name) || name.endsWith('.localhost')) return true;
  return isIPv4(name) && name.startsWith('127.');
}

/**
 * The names by which containers of Docker Desktop and Podman reach the loopback of this machine. `.internal` is reserved: no name in it
 * can be registered.
 */
const HOSTS_OF_CONTAINERS: ReadonlySet<string> = new Set(['host.docker.internal', 'host.containers.internal']);

/** Whether a `Host` can only mean this machine. Every other name may be one that a page of the web has pointed here (DNS rebinding). */
export function isThisMachine(hostname: string): boolean {
  return isLoopback(hostname) || HOSTS_OF_CONTAINERS.has(hostname);
}
